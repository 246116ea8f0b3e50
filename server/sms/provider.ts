import type { SmsSettings } from './settings.ts';

/** One provider's API. */
export interface SmsProvider {
  /**
   * Builds the request that sends a code; undefined if the provider cannot send to the number.
   *
   * @param now unix seconds
   */
  request(phone: string, code: string, signName: string, settings: SmsSettings, now: number): { url: URL; init: RequestInit } | undefined;
  /** The provider's error code if it did not send the message; otherwise its id of the message, which its console shows. */
  outcomeOf(reply: unknown): { refusal: string } | { receipt: string };
  /** The setting, or the account's balance, to look at, by error code. */
  checks: Readonly<Record<string, string>>;
  /** Error codes for a number that was sent too many messages. */
  numberLimited: ReadonlySet<string>;
  /** Error codes for an invalid number. */
  numberInvalid: ReadonlySet<string>;
}
