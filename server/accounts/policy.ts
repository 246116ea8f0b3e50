import type { App } from '../config/apps.ts';
import type { UserRow } from '../store/schema.ts';

/** What the owner of an account is told that somebody changed. */
export type OwnerNotice = 'email_changed' | 'email_replaced' | 'phone_changed' | 'phone_moved';

/** What an app allows, for whatever changes how people log in to it. */
export interface AccountPolicy {
  app: App;
  /** What the server can send: SMS codes, mailed links. */
  canSend: { sms: boolean; mail: boolean };
  /**
   * Mails a notice to the owner of an account, at the address that was verified before the change. An owner without one is not told: the
   * senders of SMS take nothing but codes.
   *
   * @param before the user's row before the change
   */
  tellOwner(before: UserRow, notice: OwnerNotice): void;
}
