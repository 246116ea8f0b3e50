import { Option } from 'commander';
import { type ExpressionBuilder, sql } from 'kysely';
import { isBannedAt, stateAt, tombstones } from '../accounts/userState.ts';
import { toIso } from '../process/time.ts';
import type { Schema } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
import { addAppOption, type CommandMaker, defineCommand, readCount, readUserId } from './command.ts';
import { timeReader } from './readTime.ts';
import { withTenant } from './withStore.ts';

interface ListOptions {
  app: string;
  nickname?: string;
  banned?: boolean;
  /** Unix seconds. */
  inactiveSince?: number;
  after?: number;
  limit: number;
}

const description =
  'List users, the newest first, without addresses and numbers (find-user shows them). next is the --after of the next page, or null.';

export const listUsers: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand('list-users', description, terminal, ({ app, ...options }: ListOptions) =>
      withTenant(terminal, app, async (tenant) => ({ data: await list(tenant, options) })),
    ),
    terminal,
  )
    .option('--nickname <text>', 'only users whose nickname contains it')
    .option('--banned', 'only users who are banned now')
    .addOption(
      new Option('--inactive-since <time>', 'only users without a session that was used since: 2026-11-21, or a time ago: 90d').argParser(
        timeReader(-1),
      ),
    )
    .option('--after <id>', 'begin after this user, the last one of the previous page', readUserId)
    .option('--limit <count>', 'maximum number of users', readCount, 50);

async function list(tenant: Tenant, { after, limit, ...filters }: Omit<ListOptions, 'app'>) {
  const { id: tenantId, store, now } = tenant;
  const start = after === undefined ? undefined : await positionOf(tenant, after);
  const users = await store
    .selectFrom('users')
    .select(['id', 'created_at', 'state', 'banned_until', 'closing_at', 'merged_into', 'is_anonymous', 'username', 'nickname'])
    .where('tenant_id', '=', tenantId)
    .where('state', 'not in', tombstones)
    .where((row) => row.and([...conditionsOf(row, tenant, filters), ...(start ? [isBehind(row, start)] : [])]))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const page = users.slice(0, limit);
  const { lastUse, platforms } = await factsOf(
    tenant,
    page.map(({ id }) => id),
  );
  return {
    users: page.map((user) => ({
      id: user.id,
      created_at: toIso(user.created_at),
      state: stateAt(user, now()),
      anonymous: user.is_anonymous === 1,
      username: user.username,
      nickname: user.nickname,
      platforms: platforms.get(user.id) ?? [],
      last_used_at: lastUse.get(user.id) ?? null,
    })),
    next: users.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
}

type Row = ExpressionBuilder<Schema, 'users'>;

interface Position {
  id: number;
  created_at: number;
}

/** The second condition has the index on `created_at` start at the position. */
const isBehind = ({ and, or, eb }: Row, { id, created_at }: Position) =>
  and([or([eb('created_at', '<', created_at), eb('id', '<', id)]), eb('created_at', '<=', created_at)]);

/** @throws if the app has no such user */
async function positionOf({ id: tenantId, store }: Tenant, id: number): Promise<Position> {
  const query = store.selectFrom('users').select(['id', 'created_at']).where('tenant_id', '=', tenantId).where('id', '=', id);
  const user = await query.executeTakeFirst();
  if (!user) throw new Error(`--after: app ${tenantId} has no user ${id}`);
  return user;
}

function conditionsOf(row: Row, { now }: Tenant, { nickname, banned, inactiveSince }: Omit<ListOptions, 'app' | 'after' | 'limit'>) {
  const { not, exists, selectFrom } = row;
  const all = [];
  if (nickname !== undefined) {
    const pattern = `%${nickname.replaceAll(/[\\%_]/g, '\\$&')}%`;
    all.push(sql<boolean>`lower(nickname) like lower(${pattern}) escape '\\'`);
  }
  if (banned) all.push(isBannedAt(row, now()));
  if (inactiveSince !== undefined) {
    const used = selectFrom('sessions')
      .select('sessions.id')
      .whereRef('sessions.tenant_id', '=', 'users.tenant_id')
      .whereRef('sessions.user_id', '=', 'users.id')
      .where('last_used_at', '>=', inactiveSince);
    all.push(not(exists(used)));
  }
  return all;
}

/** When each user was last seen, and the platforms that the user is linked to. */
async function factsOf({ id: tenantId, store }: Tenant, ids: number[]) {
  if (ids.length === 0) return { lastUse: new Map<number, string>(), platforms: new Map<number, string[]>() };
  const [uses, identities] = await Promise.all([
    store
      .selectFrom('sessions')
      .select(({ fn }) => ['user_id', fn.max('last_used_at').as('at')])
      .where('tenant_id', '=', tenantId)
      .where('user_id', 'in', ids)
      .groupBy('user_id')
      .execute(),
    store
      .selectFrom('identities')
      .select(['user_id', 'platform'])
      .distinct()
      .where('tenant_id', '=', tenantId)
      .where('user_id', 'in', ids)
      .orderBy('platform')
      .execute(),
  ]);
  return {
    lastUse: new Map(uses.map(({ user_id, at }) => [user_id, toIso(Number(at))])),
    platforms: new Map(
      [...Map.groupBy(identities, ({ user_id }) => user_id)].map(([id, rows]) => [id, rows.map(({ platform }) => platform as string)]),
    ),
  };
}
