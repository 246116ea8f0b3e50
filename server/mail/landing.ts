import type { Passwords } from '../accounts/passwords.ts';
import type { AccountPolicy } from '../accounts/policy.ts';
import type { Sealing } from '../crypto/vault.ts';
import type { Tenant } from '../store/tenant.ts';
import type { Html } from './html.ts';
import type { OtherWay } from './otherWays.ts';
import type { Wording } from './wording.ts';

/** Somebody who came with a link that was good when it was looked at. */
export interface Visit {
  tenant: Tenant & Sealing;
  policy: AccountPolicy;
  token: string;
  /** Whose account the link is for. */
  userId: number;
  /** Where the link was mailed to. */
  address: string;
  /** Where the visitor is, as limits count it. */
  network: string;
  wording: Wording;
}

/** `gone`: the link was spent meanwhile. The others say what is wrong with the form. */
export type Outcome = 'done' | 'gone' | 'passwordsDiffer' | 'passwordLength';

/** What is particular to the page behind a kind of link. */
export interface Landing {
  /**
   * What the form asks for beside a press of the button.
   *
   * @param otherWays into the account
   */
  fields(wording: Wording, otherWays: readonly OtherWay[]): Html;
  /** Spends the link and does what it is for, unless the form does not fit. */
  submit(passwords: Passwords, visit: Visit, form: Record<string, unknown>): Promise<Outcome>;
}
