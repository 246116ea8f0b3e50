import { sql } from 'kysely';
import { recordActs } from '../audit/entries.ts';
import { ApiError } from '../errors.ts';
import type { Placeholders } from '../store/prepared.ts';
import type { LoginName, PhoneNumber, ProvableKind, Store, UserRow } from '../store/schema.ts';
import type { TenantRows, Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { dropLoginName, findVerifiedOwner, lockNames, taken } from './loginNames.ts';
import { TakenByOther } from './takenByOther.ts';
import { recordUpdate } from './updates.ts';
import { lockUser, writeUser } from './users.ts';

/** The columns of a user's row that hold claimed and verified addresses and numbers. */
export type Provable = Pick<UserRow, `${ProvableKind}${'' | '_verified' | '_proved'}`>;

/** The address or number that a user has verified, even while a new one awaits verification. */
export function verifiedOf(user: Provable, kind: 'phone'): PhoneNumber | null;
export function verifiedOf(user: Provable, kind: ProvableKind): LoginName | null;
export function verifiedOf(user: Provable, kind: ProvableKind): LoginName | null {
  return user[`${kind}_verified`] === 1 ? user[kind] : user[`${kind}_proved`];
}

/**
 * Records a user's claim to an address or number and shows it in the user's record. The user's verified one stays valid, and so do other
 * users' claims to the same value, until one of them verifies it (`verifyLoginName`).
 *
 * @throws email_taken or phone_taken if another user has verified it
 */
export async function claimLoginName(tx: Transaction, userId: number, kind: ProvableKind, claimed: LoginName): Promise<void> {
  await lockNames(tx, [{ kind, value: claimed }]);
  const user = await lockUser(tx, userId);
  const verified = verifiedOf(user, kind);
  if (verified === claimed) {
    await dropClaims(tx, userId, kind);
    return writeUser(tx, user.id, { [kind]: claimed, [`${kind}_verified`]: 1, [`${kind}_proved`]: null });
  }
  await refuseTaken(tx, userId, kind, claimed);
  const claimed_at = tx.now();
  await tx.store
    .insertInto('login_claims')
    .values({ tenant_id: tx.id, kind, value: claimed, user_id: userId, claimed_at })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'user_id', 'kind']).doUpdateSet({ value: claimed, claimed_at, resets: 1 }))
    .execute();
  await writeUser(tx, user.id, { [kind]: claimed, [`${kind}_verified`]: 0, [`${kind}_proved`]: verified });
}

/** @throws email_taken or phone_taken if another user has verified it */
async function refuseTaken(tx: Transaction, userId: number, kind: ProvableKind, value: LoginName): Promise<void> {
  const owner = await findVerifiedOwner(tx, kind, value);
  if (owner === undefined || owner === userId) return;
  const detail = { user: userId };
  if (kind === 'email') throw new ApiError(taken.email, { detail: { ...detail, owner } });
  throw new TakenByOther(taken.phone, owner, { kind: 'claim', phone: value }, detail);
}

/**
 * Disables password resets by mail to an address that was claimed under the previous password, and invalidates the links mailed to it: an
 * attacker may have claimed the address. Resets stay enabled if the account has no other way to log in.
 */
export async function distrustClaims({ store }: Transaction, { tenant_id, id, username, phone }: UserRow): Promise<void> {
  await store.deleteFrom('mail_links').where('tenant_id', '=', tenant_id).where('user_id', '=', id).execute();
  const identity = await store
    .selectFrom('identities')
    .select('openid')
    .where('tenant_id', '=', tenant_id)
    .where('user_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  if (username === null && phone === null && !identity) return;
  await store.updateTable('login_claims').set({ resets: 0 }).where('tenant_id', '=', tenant_id).where('user_id', '=', id).execute();
}

/**
 * Removes a verified number from its owner. The owner's claim to another number stays.
 *
 * @returns the owner's row afterwards
 */
export async function releaseNumber(tx: Transaction, owner: UserRow): Promise<UserRow> {
  await dropLoginName(tx, owner.id, 'phone');
  const columns = { phone: owner.phone_verified === 1 ? null : owner.phone, phone_verified: 0, phone_proved: null } as const;
  await writeUser(tx, owner.id, columns);
  await recordUpdate(tx, owner);
  return { ...owner, ...columns };
}

/** Removes a user's address or number, claimed or verified. */
export async function clearLoginName(tx: Transaction, user: UserRow, kind: ProvableKind): Promise<void> {
  await dropLoginName(tx, user.id, kind);
  await dropClaims(tx, user.id, kind);
  await writeUser(tx, user.id, { [kind]: null, [`${kind}_verified`]: 0, [`${kind}_proved`]: null });
}

async function dropClaims({ id, store }: Transaction, userId: number, kind: ProvableKind): Promise<void> {
  await store.deleteFrom('login_claims').where('tenant_id', '=', id).where('user_id', '=', userId).where('kind', '=', kind).execute();
}

/**
 * Makes a user the owner of a verified address or number. It replaces the user's earlier one and ends other users' claims: a claim must
 * not keep an address from its owner, and is never merged into the owner's account (docs/decisions/0016-claims-and-proofs.md).
 *
 * @returns the user's row before the change
 * @throws email_taken or phone_taken if another user has verified it
 */
export async function verifyLoginName(tx: Transaction, userId: number, kind: ProvableKind, verified: LoginName): Promise<UserRow> {
  await lockNames(tx, [{ kind, value: verified }]);
  const user = await lockUser(tx, userId);
  await refuseTaken(tx, userId, kind, verified);
  if (verifiedOf(user, kind) !== verified) {
    await dropLoginName(tx, userId, kind);
    await tx.store.insertInto('login_names').values({ tenant_id: tx.id, kind, value: verified, user_id: userId }).execute();
  }
  await dropClaims(tx, userId, kind);
  await writeUser(tx, user.id, { [kind]: verified, [`${kind}_verified`]: 1, [`${kind}_proved`]: null });
  await endClaimsOf(tx, kind, verified);
  await recordActs(tx, { event: `${kind}_proved`, userId });
  await recordEvents(tx, { type: `${kind}.verified`, data: { user_id: userId } });
  return user;
}

/** Ends all claims to an address or number that was verified. Claimants keep their own verified address or number. */
export async function endClaimsOf(tx: Transaction, kind: ProvableKind, value: LoginName): Promise<void> {
  const { id, store, now } = tx;
  const before = sql.ref(`${kind}_proved`);
  const claims = { tenant_id: id, kind, value };
  const claimants = await store
    .updateTable('users')
    .set({
      [kind]: before,
      [`${kind}_verified`]: sql`case when ${before} is null then 0 else 1 end`,
      [`${kind}_proved`]: null,
      updated_at: now(),
    })
    .where('tenant_id', '=', id)
    .where('id', 'in', (query) =>
      query
        .selectFrom('login_claims')
        .select('user_id')
        .where((row) => row.and(claims)),
    )
    .returning('id')
    .execute();
  await store
    .deleteFrom('login_claims')
    .where((row) => row.and(claims))
    .execute();
  for (const { id } of claimants) await recordEvents(tx, { type: 'user.updated', data: { user_id: id, changed: [kind] } });
}

/** Maximum number of claims to one address or number that are considered: each costs a login a hash, and a reset a link. */
export const maxClaims = 5;

/** An address or number within a tenant. */
export type Claimed = { tenantId: string; kind: ProvableKind; value: LoginName };

/** Claims to an address or number, joined with their users and sorted by time. */
export const claimsTo = (store: Store, { tenantId, kind, value }: Claimed | Placeholders<Claimed>, order: 'asc' | 'desc') =>
  store
    .selectFrom('login_claims')
    .innerJoin('users', (join) =>
      join.onRef('users.tenant_id', '=', 'login_claims.tenant_id').onRef('users.id', '=', 'login_claims.user_id'),
    )
    .where('login_claims.tenant_id', '=', tenantId)
    .where('login_claims.kind', '=', kind)
    .where('login_claims.value', '=', value)
    .orderBy('login_claims.claimed_at', order)
    .orderBy('login_claims.user_id', order)
    .limit(maxClaims);

/**
 * Limits claims to the newest ones and the oldest one, so that later claims never crowd out the first.
 *
 * @param newest at most `maxClaims`
 */
export async function fewOf<Row extends { id: number }>(newest: Row[], findOldest: () => Promise<Row[]>): Promise<Row[]> {
  if (newest.length < maxClaims) return newest;
  const [oldest] = await findOldest();
  const newer = newest.filter(({ id }) => id !== oldest?.id).slice(0, maxClaims - 1);
  return oldest ? [...newer, oldest] : newer;
}

/**
 * Finds the users whose password a mail to an address may reset: the user who has verified it, otherwise its claimants who have verified
 * no other address or number to log in with.
 */
export async function findResettable(tenant: TenantRows, address: LoginName): Promise<number[]> {
  const owner = await findVerifiedOwner(tenant, 'email', address);
  if (owner !== undefined) return [owner];
  const claims = (order: 'asc' | 'desc') =>
    claimsTo(tenant.store, { tenantId: tenant.id, kind: 'email', value: address }, order)
      .select('users.id')
      .where('login_claims.resets', '=', 1)
      .where('users.email_proved', 'is', null)
      .where('users.phone_proved', 'is', null)
      .where('users.phone_verified', '=', 0)
      .execute();
  return (await fewOf(await claims('desc'), () => claims('asc'))).map(({ id }) => id);
}
