import type { Account } from '../state.ts';

const colours = 8;

/** The colour of an account, the same on phones and in the table; undefined if the account is not known. */
export function accountIndexOf(accounts: readonly Account[], id: number | undefined): number | undefined {
  const index = accounts.findIndex((account) => account.id === id);
  return index < 0 ? undefined : index % colours;
}
