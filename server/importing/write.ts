import { endClaimsOf } from '../accounts/claims.ts';
import { newIds } from '../accounts/ids.ts';
import { isTombstone } from '../accounts/userState.ts';
import { lockUserIfAny, writeUser } from '../accounts/users.ts';
import type { Sealing } from '../crypto/vault.ts';
import { recordKinds } from '../importedPasswords/kinds.ts';
import { insertRows, isOneOf } from '../store/bulk.ts';
import { provableKinds } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { keyOf, namesOf } from './keys.ts';
import type { Plan } from './plan.ts';
import type { Name, PreparedUser } from './prepare.ts';
import * as rows from './rows.ts';

type WriteTransaction = Transaction & Sealing;
type Written = Extract<Plan, { outcome: 'new' | 'changed' }>;

/**
 * Writes the planned users of a batch.
 *
 * @param there the keys that users of this server have already
 */
export async function writeBatch(tx: WriteTransaction, plans: readonly Plan[], there: ReadonlySet<string>): Promise<void> {
  const written = plans.filter((plan): plan is Written => plan.outcome === 'new' || plan.outcome === 'changed');
  const context: rows.RowContext = { tenantId: tx.id, vault: tx.vault, now: tx.now() };
  const users: { prepared: PreparedUser; id: number }[] = [];
  const added: ReturnType<typeof rows.toUserRow>[] = [];
  const ids = newIds(written.length);
  for (const plan of written) {
    const { prepared } = plan;
    const free = prepared.user.wantedId ?? ids.pop() ?? 0;
    const row = rows.toUserRow(context, prepared, (plan.outcome === 'changed' ? plan.userId : undefined) ?? free);
    if (plan.outcome === 'new') added.push(row);
    else {
      // A record may follow an older one of the same user.
      const earlier = added.findIndex((other) => isSameRecord(other, row));
      if (earlier >= 0) added[earlier] = { ...row, id: added[earlier]?.id ?? row.id };
      else if (!(await replaceUser(tx, row))) continue;
      row.id = added[earlier]?.id ?? row.id;
      const place = users.findIndex(({ id }) => id === row.id);
      if (place >= 0) users.splice(place, 1);
    }
    users.push({ prepared, id: row.id });
  }
  await insertRows(tx.store, 'users', rows.userColumns, added);
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

/**
 * Replaces the row of a user who was changed at the source, and removes the names, which are written anew.
 *
 * @returns false if the account was closed or merged here
 */
async function replaceUser(tx: WriteTransaction, { tenant_id, id, ...columns }: UserRow): Promise<boolean> {
  const user = await lockUserIfAny(tx, id);
  if (!user || isTombstone(user)) return false;
  for (const table of ['login_names', 'login_claims'] as const) {
    await tx.store.deleteFrom(table).where('tenant_id', '=', tenant_id).where('user_id', '=', id).execute();
  }
  await writeUser(tx, id, columns);
  return true;
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
