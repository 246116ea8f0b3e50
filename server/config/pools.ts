import { isDeepStrictEqual } from 'node:util';
import { limitOf, type RateLimits, rateLimitNames } from '../limits/limits.ts';

/**
 * Settings that protect the users of a pool or decide what others see of them. They must be equal in all apps of the pool, because the
 * loosest app would decide for all. All other settings may differ.
 */
const shared = [
  'fresh_login_seconds',
  'closure_grace_days',
  'list_users',
  'public_fields',
  'reserved_usernames',
  'scan_login_networks',
  'rate_limits',
] as const;

type SharedSetting = (typeof shared)[number];

/** The settings of an app that must agree with its pool. */
interface PooledApp {
  client_id: string;
  pool: string;
  fresh_login_seconds: number;
  closure_grace_days: number;
  list_users: string;
  public_fields: string[];
  reserved_usernames: string[];
  scan_login_networks: string;
  rate_limits: RateLimits;
}

interface PoolConflict {
  /** The place of the app in the list. */
  index: number;
  key: SharedSetting | 'pool';
  message: string;
}

/** Finds settings in which apps of a pool contradict each other. */
export function poolConflicts(apps: readonly PooledApp[]): PoolConflict[] {
  return apps.flatMap((app, index): PoolConflict[] => {
    const namesake = apps.find(({ client_id, pool }) => client_id === app.pool && pool !== app.pool);
    if (namesake) return [{ index, key: 'pool', message: `${app.pool} is the client id of another app, whose pool is ${namesake.pool}` }];
    const first = apps.find(({ pool }) => pool === app.pool) ?? app;
    const same = `must be the same for ${first.client_id} and ${app.client_id}, which share the pool ${app.pool}`;
    return shared.flatMap((key) => {
      const differing = differences(first, app, key);
      return differing.length === 0 ? [] : [{ index, key, message: key === 'rate_limits' ? `${differing.join(', ')} ${same}` : same }];
    });
  });
}

/** Names the settings that differ between two apps; for rate limits, the limits that differ. */
function differences(first: PooledApp, app: PooledApp, key: SharedSetting): string[] {
  if (key !== 'rate_limits') return isDeepStrictEqual(unordered(first[key]), unordered(app[key])) ? [] : [key];
  return rateLimitNames.filter((name) => !limitOf(name).perClient && !isDeepStrictEqual(first.rate_limits[name], app.rate_limits[name]));
}

/** The order of lists is irrelevant. */
const unordered = (value: unknown) => (Array.isArray(value) ? new Set(value) : value);

/** The tenant that an app's users belong to: its pool, or one of the pool's environments. Environments have separate users. */
export const tenantIdOf = ({ pool }: Pick<PooledApp, 'pool'>, environment?: string): string =>
  environment === undefined ? pool : `${pool}/${environment}`;

/** The environment of a tenant; null outside any. The inverse of `tenantIdOf`. */
export const environmentOf = ({ pool }: Pick<PooledApp, 'pool'>, tenantId: string): string | null =>
  tenantId.slice(pool.length + 1) || null;

/**
 * The client id and environment, which key the data that the apps of a pool do not share.
 *
 * @param tenantId as returned by `tenantIdOf`
 */
export const clientScopeOf = ({ client_id, pool }: Pick<PooledApp, 'client_id' | 'pool'>, tenantId: string): string =>
  client_id + tenantId.slice(pool.length);
