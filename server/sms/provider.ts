import type { SmsSettings } from './settings.ts';

/** What an adapter says of its provider. */
export interface SmsProvider {
  /**
   * What asks the provider to send; undefined for a number that it cannot be asked about.
   *
   * @param now unix seconds
   */
  request(phone: string, code: string, signName: string, settings: SmsSettings, now: number): { url: URL; init: RequestInit } | undefined;
  /** The provider's code for why it did not send, undefined where it did. */
  refusalOf(reply: unknown): string | undefined;
  /** Its codes for a number that was sent too many. */
  numberLimited: ReadonlySet<string>;
  /** Its codes for a number that is none. */
  numberInvalid: ReadonlySet<string>;
}
