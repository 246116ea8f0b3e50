import type { Passwords } from '../accounts/passwords.ts';
import type { AccountPolicy } from '../accounts/policy.ts';
import type { Sealing } from '../crypto/vault.ts';
import type { LoginName } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
import type { Html } from './html.ts';
import type { OtherWay } from './otherWays.ts';
import type { Wording } from './wording.ts';

/** A visit to a landing page with a valid link. */
export interface Visit {
  tenant: Tenant & Sealing;
  policy: AccountPolicy;
  token: string;
  /** The user whom the link is for. */
  userId: number;
  /** The address that the link was mailed to. */
  address: LoginName;
  /** The visitor's network (limits/address.ts). */
  network: string;
  wording: Wording;
}

/** `gone`: the link was used in the meantime. All but `done` and `gone` are problems with the form. */
export type Outcome = 'done' | 'gone' | 'passwordsDiffer' | 'passwordLength';

/** The part of a landing page that depends on the kind of its link. */
export interface Landing {
  /**
   * Form fields besides the submit button.
   *
   * @param otherWays into the account
   */
  fields(wording: Wording, otherWays: readonly OtherWay[]): Html;
  /** Redeems the link, unless the form is invalid. */
  submit(passwords: Passwords, visit: Visit, form: Record<string, unknown>): Promise<Outcome>;
}
