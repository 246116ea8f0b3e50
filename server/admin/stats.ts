import { sql } from 'kysely';
import { isBannedAt, tombstones } from '../accounts/userState.ts';
import type { Tenant } from '../store/tenant.ts';
import { addAppOption, type CommandMaker, countUpTo, defineCommand } from './command.ts';
import { withTenant } from './withStore.ts';

interface StatsOptions {
  app: string;
  days: number;
}

const description =
  "Count an app's users, those who were active in the last day, week and month, and the new users and logins of each day (Beijing time). " +
  'Logins are counted in the audit trail, which has those of the last AUDIT_DAYS.';

export const stats: CommandMaker = (terminal) =>
  addAppOption(
    defineCommand('stats', description, terminal, ({ app, days }: StatsOptions) =>
      withTenant(terminal, app, async (tenant) => ({
        data: { users: await countUsers(tenant), active: await countActive(tenant), days: await countDays(tenant, days) },
      })),
    ),
    terminal,
  ).option('--days <count>', 'number of days, the last of which is today', countUpTo(366), 7);

const day = 86_400;
/** Seconds by which Beijing is ahead of UTC. */
const beijing = 8 * 3600;

async function countUsers({ id, store, now }: Tenant) {
  const { total, anonymous, banned, closing } = await store
    .selectFrom('users')
    .select((row) => [
      row.fn.countAll().as('total'),
      row.fn.countAll().filterWhere('is_anonymous', '=', 1).as('anonymous'),
      row.fn.countAll().filterWhere(isBannedAt(row, now())).as('banned'),
      row.fn.countAll().filterWhere('closing_at', 'is not', null).as('closing'),
    ])
    .where('tenant_id', '=', id)
    .where('state', 'not in', tombstones)
    .executeTakeFirstOrThrow();
  return { total: Number(total), anonymous: Number(anonymous), banned: Number(banned), closing: Number(closing) };
}

/** Users with a session that was used recently. */
async function countActive({ id, store, now }: Tenant) {
  const since = (days: number) => now() - days * day;
  const rows = await store
    .selectFrom('sessions')
    .select(({ fn }) => [
      fn.count('user_id').distinct().filterWhere('last_used_at', '>', since(1)).as('day'),
      fn.count('user_id').distinct().filterWhere('last_used_at', '>', since(7)).as('week'),
      fn.count('user_id').distinct().as('month'),
    ])
    .where('tenant_id', '=', id)
    .where('last_used_at', '>', since(30))
    .executeTakeFirstOrThrow();
  return { last_day: Number(rows.day), last_7_days: Number(rows.week), last_30_days: Number(rows.month) };
}

async function countDays({ id, store, now }: Tenant, count: number) {
  const today = Math.floor((now() + beijing) / day);
  const first = today - count + 1;
  const start = first * day - beijing;
  const dayOf = (column: string) => sql<number>`(${sql.ref(column)} + ${sql.lit(beijing)}) / ${sql.lit(day)}`;
  const created = await store
    .selectFrom('users')
    .select(({ fn }) => [dayOf('created_at').as('day'), fn.countAll().as('count')])
    .where('tenant_id', '=', id)
    .where('created_at', '>=', start)
    .where('state', 'not in', tombstones)
    .groupBy(dayOf('created_at'))
    .execute();
  const acts = await store
    .selectFrom('audit_entries')
    .select(({ fn }) => [dayOf('at').as('day'), 'event', fn.countAll().as('count'), fn.count('user_id').distinct().as('users')])
    .where('tenant_id', '=', id)
    .where('at', '>=', start)
    .where('event', 'in', ['login', 'login_failed'])
    .groupBy([dayOf('at'), 'event'])
    .execute();
  return Array.from({ length: count }, (_, index) => {
    const each = today - index;
    const isOfDay = (row: { day: number }) => Number(row.day) === each;
    const logins = acts.find((row) => isOfDay(row) && row.event === 'login');
    return {
      day: new Date(each * day * 1000).toISOString().slice(0, 10),
      new_users: Number(created.find(isOfDay)?.count ?? 0),
      logins: Number(logins?.count ?? 0),
      users_logged_in: Number(logins?.users ?? 0),
      failed_logins: Number(acts.find((row) => isOfDay(row) && row.event === 'login_failed')?.count ?? 0),
    };
  });
}
