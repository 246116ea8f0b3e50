import type { Updateable } from 'kysely';
import { endClaimsOf, verifiedOf } from '../accounts/claims.ts';
import { newIds } from '../accounts/ids.ts';
import { isTombstone, unbannedState } from '../accounts/userState.ts';
import { lockUserIfAny, mergedFrom, writeUser } from '../accounts/users.ts';
import type { Sealing } from '../crypto/vault.ts';
import { recordKinds } from '../importedPasswords/kinds.ts';
import { type LoginNameKind, provableKinds, type UserRow as StoredUser, type UserTable } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { insertRows, isOneOf } from './bulk.ts';
import { keyOf, namesOf } from './keys.ts';
import type { Plan } from './plan.ts';
import type { Name, PreparedUser } from './prepare.ts';
import * as rows from './rows.ts';

type WriteTransaction = Transaction & Sealing;
type Written = Extract<Plan, { outcome: 'new' | 'changed' }>;
/** A user of the batch, with the id of the row. */
interface Placed {
  prepared: PreparedUser;
  id: number;
}

/**
 * Writes the planned users of a batch.
 *
 * @param there the keys that users of this server have already
 */
export async function writeBatch(tx: WriteTransaction, plans: readonly Plan[], there: ReadonlySet<string>): Promise<void> {
  const written = plans.filter((plan): plan is Written => plan.outcome === 'new' || plan.outcome === 'changed');
  const context: rows.RowContext = { tenantId: tx.id, vault: tx.vault, now: tx.now() };
  const users: Placed[] = [];
  const added: UserRow[] = [];
  const replaced: Placed[] = [];
  const ids = newIds(written.length);
  for (const plan of written) {
    let { prepared } = plan;
    const free = prepared.user.wantedId ?? ids.pop() ?? 0;
    const row = rows.toUserRow(context, prepared, (plan.outcome === 'changed' ? plan.userId : undefined) ?? free);
    if (plan.outcome === 'new') added.push(row);
    else {
      // A record may follow an older one of the same user.
      const earlier = added.find((other) => isSameRecord(other, row));
      if (earlier) {
        row.id = earlier.id;
        Object.assign(earlier, row);
      } else {
        const left = await replaceUser(tx, row, prepared);
        if (!left) continue;
        prepared = left;
        replaced.push({ prepared, id: row.id });
      }
      const place = users.findIndex(({ id }) => id === row.id);
      if (place >= 0) users.splice(place, 1);
    }
    users.push({ prepared, id: row.id });
  }
  await insertRows(tx.store, 'users', rows.userColumns, added);
  await addUnionids(tx, replaced);
  await writeMerged(tx, context, users, there);
  const all = <Row>(toRows: (context: rows.RowContext, prepared: PreparedUser, id: number) => Row[]) =>
    users.flatMap(({ prepared, id }) => toRows(context, prepared, id));
  await insertRows(tx.store, 'login_names', rows.nameColumns, all(rows.toNameRows));
  await insertRows(tx.store, 'login_claims', rows.claimColumns, all(rows.toClaimRows));
  const identities = all(rows.toIdentityRows).filter(
    ({ platform, platform_app_id: platformAppId, openid }) => !there.has(keyOf.identity({ platform, platformAppId, openid })),
  );
  await insertRows(tx.store, 'identities', rows.identityColumns, identities);
  await insertRows(tx.store, 'sessions', rows.sessionColumns, all(rows.toSessionRows), 'skip');
  await recordKinds(
    tx,
    users.flatMap(({ prepared }) => prepared.user.password?.recipe ?? []),
    context.now,
  );
  await endClaims(
    tx,
    users.flatMap(({ prepared }) => namesOf(prepared)),
  );
}

type UserRow = ReturnType<typeof rows.toUserRow>;
const isSameRecord = (one: UserRow, other: UserRow) => one.legacy_id === other.legacy_id && one.legacy_source === other.legacy_source;

type Columns = Omit<UserRow, 'tenant_id' | 'id'>;

/**
 * Replaces the row of a user who was changed at the source. What the source does not have, or has not verified, takes away no way to log in.
 *
 * @returns the record with the names that are to be written anew; undefined if the account was closed or merged here
 */
async function replaceUser(tx: WriteTransaction, { id, ...columns }: UserRow, prepared: PreparedUser): Promise<PreparedUser | undefined> {
  const user = await lockUserIfAny(tx, id);
  if (!user || isTombstone(user)) return undefined;
  const left = { ...prepared, addresses: { ...prepared.addresses } };
  const after: Updateable<UserTable> = {
    ...columns,
    password_hash: columns.password_hash ?? user.password_hash,
    ...stateAfter(user, columns),
  };
  if (columns.username === null) after.username = user.username;
  else await deleteNames(tx, 'login_names', id, 'username');
  for (const kind of provableKinds) {
    const proved = verifiedOf(user, kind);
    const isClaim = columns[`${kind}_verified`] === 0 && columns[`${kind}_proved`] === null;
    if (columns[kind] === null || (isClaim && columns[kind] === proved)) {
      Object.assign(after, {
        [kind]: user[kind],
        [`${kind}_verified`]: user[`${kind}_verified`],
        [`${kind}_proved`]: user[`${kind}_proved`],
      });
      delete left.addresses[kind];
      continue;
    }
    await deleteNames(tx, 'login_claims', id, kind);
    if (isClaim) after[`${kind}_proved`] = proved;
    else await deleteNames(tx, 'login_names', id, kind);
  }
  await writeUser(tx, id, after);
  return left;
}

async function deleteNames(
  tx: WriteTransaction,
  table: 'login_names' | 'login_claims',
  userId: number,
  kind: LoginNameKind,
): Promise<void> {
  await tx.store.deleteFrom(table).where('tenant_id', '=', tx.id).where('user_id', '=', userId).where('kind', '=', kind).execute();
}

/** The state of a changed user: the source knows nothing of a ban or a scheduled closing of this server. */
function stateAfter(here: StoredUser, source: Columns) {
  const closing_at = source.closing_at ?? here.closing_at;
  const { state, banned_reason, banned_until } = source.state === 'banned' ? source : here;
  return state === 'banned' ? { state, banned_reason, banned_until, closing_at } : { state: unbannedState({ closing_at }), closing_at };
}

/** Adds unionids that the source has learnt since to identities that are here. */
async function addUnionids(tx: WriteTransaction, users: readonly Placed[]): Promise<void> {
  for (const { prepared, id } of users) {
    for (const { platform, platformAppId, openid, unionid } of prepared.user.identities) {
      if (unionid === undefined) continue;
      await tx.store
        .updateTable('identities')
        .set({ unionid, updated_at: tx.now() })
        .where('tenant_id', '=', tx.id)
        .where('platform', '=', platform)
        .where('platform_app_id', '=', platformAppId)
        .where('openid', '=', openid)
        .where('user_id', '=', id)
        .where('unionid', 'is', null)
        .execute();
    }
  }
}

/** Inserts the tombstones of accounts that were merged into the users, and their ids into the users' rows. */
async function writeMerged(
  tx: WriteTransaction,
  context: rows.RowContext,
  users: readonly Placed[],
  there: ReadonlySet<string>,
): Promise<void> {
  for (const { prepared, id } of users) {
    const merged = prepared.user.merged?.filter(({ source, legacyId }) => !there.has(keyOf.legacy(source, legacyId))) ?? [];
    if (merged.length === 0) continue;
    const tombstones = rows.toTombstoneRows(context, merged, id);
    await insertRows(tx.store, 'users', rows.tombstoneColumns, tombstones);
    const user = await tx.store
      .selectFrom('users')
      .select('merged_from')
      .where('tenant_id', '=', tx.id)
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    await writeUser(tx, id, { merged_from: JSON.stringify([...mergedFrom(user), ...tombstones.map((row) => row.id)]) });
  }
}

/** Ends the claims of others to addresses and numbers that are verified now. */
async function endClaims(tx: WriteTransaction, names: readonly Name[]): Promise<void> {
  for (const kind of provableKinds) {
    const values = names.filter((name) => name.kind === kind).map(({ value }) => value);
    if (values.length === 0) continue;
    const claims = await tx.store
      .selectFrom('login_claims')
      .select('value')
      .distinct()
      .where('tenant_id', '=', tx.id)
      .where('kind', '=', kind)
      .where(isOneOf(tx.store, 'value', values))
      .execute();
    for (const { value } of claims) await endClaimsOf(tx, kind, value);
  }
}
