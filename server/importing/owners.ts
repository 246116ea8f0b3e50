import { isTombstone } from '../accounts/userState.ts';
import { sharingUnionids } from '../platforms/unionids.ts';
import { isPostgres } from '../store/isPostgres.ts';
import type { TenantRows } from '../store/tenant.ts';
import { isOneOf } from './bulk.ts';
import { claimsOf, keyOf, namesOf, unionidsOf } from './keys.ts';
import type { Name, PreparedUser } from './prepare.ts';

/** The account that has a key: a user of this server, or a record of the same import. */
export interface Owner {
  userId?: number | undefined;
  /** The source and the id there. */
  record?: string | undefined;
  createdAt?: number | undefined;
  /** Whether it was merged or closed here. */
  isGone?: boolean | undefined;
  /** The user of this server that it was merged into. */
  mergedInto?: number | undefined;
  /** The openid in a slot, which is one app of a platform. */
  openid?: string | undefined;
  /** Of the user's row, or the record. */
  updatedAt?: number | undefined;
}

export type Owners = Map<string, Owner>;

export const nameOwner = ({ userId, record }: Owner): string =>
  [...(userId === undefined ? [] : [`user ${userId}`]), ...(record === undefined ? [] : [`record ${record}`])].join(', ');

export const isSameOwner = (one: Owner, other: Owner): boolean =>
  one.userId !== undefined && other.userId !== undefined ? one.userId === other.userId : one.record === other.record;

/** Finds the users of this server who have keys of a batch. */
export async function findOwners(tenant: TenantRows, batch: readonly PreparedUser[]): Promise<Owners> {
  const owners: Owners = new Map();
  await findLegacy(tenant, batch, owners);
  await findIds(tenant, batch, owners);
  await findNames(tenant, batch, owners);
  await findIdentities(tenant, batch, owners);
  await findUnionids(tenant, batch, owners);
  return owners;
}

/** The openids of users who were imported before: a user has one in each app of a platform. */
async function findSlots({ id, store }: TenantRows, users: readonly number[], owners: Owners): Promise<void> {
  if (users.length === 0) return;
  const rows = await store
    .selectFrom('identities')
    .select(['user_id', 'platform', 'platform_app_id', 'openid'])
    .where('tenant_id', '=', id)
    .where(isOneOf(store, 'user_id', users))
    .execute();
  for (const { user_id: userId, platform, platform_app_id: platformAppId, openid } of rows) {
    owners.set(keyOf.slot(userId, { platform, platformAppId }), { userId, openid });
  }
}

async function findLegacy({ id, store }: TenantRows, batch: readonly PreparedUser[], owners: Owners): Promise<void> {
  const rows = await store
    .selectFrom('users')
    .select(['id', 'legacy_id', 'legacy_source', 'created_at', 'updated_at', 'state', 'merged_into'])
    .where('tenant_id', '=', id)
    .where(
      isOneOf(
        store,
        'legacy_id',
        batch.flatMap(({ user }) => [user.legacyId, ...(user.merged ?? []).map(({ legacyId }) => legacyId)]),
      ),
    )
    .execute();
  for (const { id: userId, legacy_id, legacy_source, created_at: createdAt, updated_at: updatedAt, state, merged_into } of rows) {
    const gone = isTombstone({ state }) && { isGone: true, ...(merged_into !== null && { mergedInto: merged_into }) };
    owners.set(keyOf.legacy(String(legacy_source), String(legacy_id)), { userId, createdAt, updatedAt, ...gone });
  }
  await findSlots(
    { id, store },
    rows.map((row) => row.id),
    owners,
  );
}

/** In SQLite the id is the table's rowid, so a user of another tenant may already have it. */
async function findIds({ id, store }: TenantRows, batch: readonly PreparedUser[], owners: Owners): Promise<void> {
  const ids = batch.flatMap(({ user }) => [user, ...(user.merged ?? [])].flatMap(({ wantedId }) => wantedId ?? []));
  if (ids.length === 0) return;
  const rows = await store
    .selectFrom('users')
    .select('id')
    .where(isOneOf(store, 'id', ids))
    .$if(isPostgres(store), (query) => query.where('tenant_id', '=', id))
    .execute();
  for (const { id: userId } of rows) owners.set(keyOf.id(userId), { userId });
}

async function findNames({ id, store }: TenantRows, batch: readonly PreparedUser[], owners: Owners): Promise<void> {
  const names = Map.groupBy(
    batch.flatMap((prepared): Name[] => [...namesOf(prepared), ...claimsOf(prepared)]),
    ({ kind }) => kind,
  );
  for (const [kind, ofKind] of names) {
    const rows = await store
      .selectFrom('login_names')
      .select(['value', 'user_id'])
      .where('tenant_id', '=', id)
      .where('kind', '=', kind)
      .where(
        isOneOf(
          store,
          'value',
          ofKind.map(({ value }) => value),
        ),
      )
      .execute();
    for (const { value, user_id } of rows) owners.set(keyOf.name({ kind, value }), { userId: user_id });
  }
}

/** Selected with others so that SQLite does not scan the tenant in the index that covers the other columns. */
const uncovered = 'identities.created_at';

async function findIdentities({ id, store }: TenantRows, batch: readonly PreparedUser[], owners: Owners): Promise<void> {
  const identities = batch.flatMap(({ user }) => user.identities);
  for (const [platform, ofPlatform] of Map.groupBy(identities, (identity) => identity.platform)) {
    const rows = await store
      .selectFrom('identities')
      .select(['platform_app_id', 'openid', 'user_id', uncovered])
      .where('tenant_id', '=', id)
      .where('platform', '=', platform)
      .where(
        isOneOf(
          store,
          'openid',
          ofPlatform.map(({ openid }) => openid),
        ),
      )
      .execute();
    for (const { platform_app_id: platformAppId, openid, user_id } of rows) {
      owners.set(keyOf.identity({ platform, platformAppId, openid }), { userId: user_id });
    }
  }
}

async function findUnionids({ id, store }: TenantRows, batch: readonly PreparedUser[], owners: Owners): Promise<void> {
  for (const [platform, ofPlatform] of Map.groupBy(batch.flatMap(unionidsOf), (each) => each.platform)) {
    const rows = await store
      .selectFrom('identities')
      .innerJoin('users', (join) => join.onRef('users.tenant_id', '=', 'identities.tenant_id').onRef('users.id', '=', 'identities.user_id'))
      .select(['identities.unionid', 'identities.user_id', 'users.created_at', `${uncovered} as linked_at`])
      .where('identities.tenant_id', '=', id)
      .where('identities.platform', 'in', sharingUnionids(platform))
      .where(
        isOneOf(
          store,
          'identities.unionid',
          ofPlatform.map(({ unionid }) => unionid),
        ),
      )
      .execute();
    for (const { unionid, user_id, created_at } of rows) {
      owners.set(keyOf.unionid(platform, String(unionid)), { userId: user_id, createdAt: created_at });
    }
  }
}
