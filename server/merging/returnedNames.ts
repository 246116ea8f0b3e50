import type { Updateable } from 'kysely';
import { verifiedOf } from '../accounts/claims.ts';
import { findByLoginName, normalizeLoginName } from '../accounts/loginNames.ts';
import { type LoginName, type LoginNameKind, loginNameKinds, type ProvableKind, type UserRow, type UserTable } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import type { Account } from './account.ts';
import type { Snapshot } from './snapshots.ts';

type Columns = Updateable<UserTable>;

const kinds = {
  username: ['username'],
  email: ['email', 'email_verified', 'email_proved'],
  phone: ['phone', 'phone_verified', 'phone_proved'],
} as const satisfies Record<LoginNameKind, (keyof UserRow)[]>;

/**
 * Gives the two accounts of a merge the names that they had before, unless the survivor has changed them since or another user has them
 * now.
 *
 * @param changed receives the kinds of names that could not be given back
 * @returns the columns to write for each account
 */
export async function returnNames(
  tx: Transaction,
  { mine, theirs, after }: Snapshot,
  survivor: UserRow,
  changed: string[],
): Promise<{ survivor: Columns; restored: Columns }> {
  const columns = { survivor: {} as Columns, restored: {} as Columns };
  for (const kind of loginNameKinds) {
    const isSame = (a: UserRow, b: UserRow) => kinds[kind].every((name) => a[name] === b[name]);
    if (!isSame(mine.user, after)) {
      if (isSame(survivor, after)) {
        await dropNames(tx, survivor.id, kind);
        Object.assign(columns.survivor, await giveName(tx, survivor.id, kind, mine, changed));
      } else changed.push(kind);
    }
    Object.assign(columns.restored, await giveName(tx, theirs.user.id, kind, theirs, changed));
  }
  return columns;
}

async function dropNames({ id, store }: Transaction, userId: number, kind: LoginNameKind): Promise<void> {
  await store.deleteFrom('login_names').where('tenant_id', '=', id).where('user_id', '=', userId).where('kind', '=', kind).execute();
  if (kind === 'username') return;
  await store.deleteFrom('login_claims').where('tenant_id', '=', id).where('user_id', '=', userId).where('kind', '=', kind).execute();
}

async function giveName(tx: Transaction, userId: number, kind: LoginNameKind, account: Account, changed: string[]): Promise<Columns> {
  const columns = kind === 'username' ? await giveUsername(tx, userId, account) : await giveProvable(tx, userId, kind, account);
  if (columns[kind] !== account.user[kind]) changed.push(kind);
  return columns;
}

async function giveUsername(tx: Transaction, userId: number, { user: { username } }: Account): Promise<Columns> {
  const isGiven = username !== null && (await takeIfFree(tx, userId, 'username', normalizeLoginName('username', username)));
  return { username: isGiven ? username : null };
}

async function giveProvable(tx: Transaction, userId: number, kind: ProvableKind, { user, claims }: Account): Promise<Columns> {
  const verified = verifiedOf(user, kind);
  const proved = verified !== null && (await takeIfFree(tx, userId, kind, verified)) ? verified : null;
  const claim = claims.find((row) => row.kind === kind);
  const isClaimed = claim !== undefined && (await findByLoginName(tx, kind, claim.value)) === undefined;
  if (isClaimed)
    await tx.store
      .insertInto('login_claims')
      .values({ ...claim, user_id: userId })
      .execute();
  if (isClaimed) return { [kind]: user[kind], [`${kind}_verified`]: 0, [`${kind}_proved`]: proved };
  return { [kind]: proved, [`${kind}_verified`]: proved === null ? 0 : 1, [`${kind}_proved`]: null };
}

/** @returns whether no other user has the name */
async function takeIfFree(tx: Transaction, userId: number, kind: LoginNameKind, value: LoginName): Promise<boolean> {
  const owner = await findByLoginName(tx, kind, value);
  if (owner !== undefined) return false;
  await tx.store.insertInto('login_names').values({ tenant_id: tx.id, kind, value, user_id: userId }).execute();
  return true;
}
