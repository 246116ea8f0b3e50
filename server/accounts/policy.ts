import type { App } from '../config/apps.ts';
import type { UserRow } from '../store/schema.ts';

/** A change that the owner of an account is notified of. */
export type OwnerNotice =
  | 'email_changed'
  | 'email_replaced'
  | 'phone_changed'
  | 'phone_moved'
  | 'identity_unlinked'
  | 'accounts_merged'
  | 'closure_requested';

/** An app's rules for changes to login names and passwords. */
export interface AccountPolicy {
  app: App;
  /** Whether the server can send SMS codes and mailed links. */
  canSend: { sms: boolean; mail: boolean };
  /**
   * Mails a notice to the account's owner, at the address that was verified before the change. Owners without one are not notified,
   * because the SMS templates carry codes only.
   *
   * @param before the user's row before the change
   */
  tellOwner(before: UserRow, notice: OwnerNotice): void;
}
