import type { Sealing } from '../crypto/vault.ts';
import { clockSkew, latestEnd } from '../process/time.ts';
import type { Tenant } from '../store/tenant.ts';
import type { Rate } from './rates.ts';

/** What is counted of one subject: an address, an account, a number. */
export interface Bucket {
  /** What is counted. */
  limit: string;
  subject: string;
  rate: Rate;
  /** Whose it is, unless it is the counting app's environment alone. */
  appId?: string;
}

/** Where a bucket stands after a count. */
export interface Level {
  bucket: Bucket;
  /** Below zero where the limit was passed. */
  remaining: number;
  /** Seconds until the bucket is empty again. */
  reset: number;
}

/** Whose counts they are, and the vault: counters hold fingerprints. */
export type Counting = Pick<Tenant, 'id' | 'store' | 'now'> & Sealing;

/**
 * Counts in several buckets in one statement, so that many processes count as one. What was counted with the fallback key counts too while
 * that is here: a rotation of the key empties no limit.
 *
 * @param by 1, or -1 to take a count back
 * @returns the levels of the buckets that changed, in the order of `buckets`
 */
export async function count(tenant: Counting, buckets: readonly Bucket[], by: 1 | -1): Promise<Level[]> {
  if (buckets.length === 0) return [];
  const at = tenant.now();
  const keyed = buckets.map((bucket) => {
    // The counters need not hold anybody's number or address.
    const [subject = '', ...earlier] = tenant.vault.fingerprints(bucket.subject, bucket.limit);
    return { bucket, app_id: bucket.appId ?? tenant.id, limit_name: bucket.limit, subject, earlier };
  });
  const rows = await tenant.store
    .insertInto('rate_limits')
    .values(
      keyed
        .map(({ bucket, earlier, ...key }) => ({ ...key, used: Math.max(by, 0), until: at + bucket.rate.seconds }))
        // All lock rows in one order, so that none waits for one that waits for it.
        .sort((a, b) => (a.limit_name + a.subject < b.limit_name + b.subject ? -1 : 1)),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['app_id', 'limit_name', 'subject'])
        .doUpdateSet((row) => {
          const [until, windowEnd] = [row.ref('rate_limits.until'), row.ref('excluded.until')];
          // A window that ends too late was begun while a clock was ahead.
          const over = row.or([row(until, '<=', at), row(until, '>', row(windowEnd, '+', clockSkew))]);
          return {
            used: row
              .case()
              .when(over)
              .then(row.ref('excluded.used'))
              .else(row('rate_limits.used', '+', by))
              .end(),
            // Nobody waits for longer than a window, whichever clock began it.
            until: row
              .case()
              .when(row.or([over, row(until, '>', windowEnd)]))
              .then(windowEnd)
              .else(until)
              .end(),
          };
        })
        .where((row) => row(row('rate_limits.used', '+', by), '>=', 0)),
    )
    .returning(['limit_name', 'subject', 'used', 'until'])
    .execute();
  const before = await findEarlier(tenant, keyed, at);
  return keyed.flatMap(({ bucket, limit_name, subject, earlier }) => {
    const row = rows.find((row) => row.limit_name === limit_name && row.subject === subject);
    if (!row) return [];
    const all = [row, ...before.filter((row) => row.limit_name === limit_name && earlier.includes(row.subject))];
    const used = all.reduce((sum, row) => sum + row.used, 0);
    return [{ bucket, remaining: bucket.rate.limit - used, reset: Math.max(...all.map(({ until }) => until)) - at }];
  });
}

interface KeyedBucket {
  bucket: Bucket;
  app_id: string;
  limit_name: string;
  /** Fingerprints with the keys of before. */
  earlier: string[];
}

/** What was counted in the buckets with the keys of before, and is not over. */
async function findEarlier({ store }: Counting, keyed: readonly KeyedBucket[], at: number) {
  if (keyed.every(({ earlier }) => earlier.length === 0)) return [];
  return store
    .selectFrom('rate_limits')
    .select(['limit_name', 'subject', 'used', 'until'])
    .where('until', '>', at)
    .where(({ or, and, eb }) =>
      or(
        keyed.map(({ app_id, limit_name, earlier, bucket }) =>
          and([
            eb('app_id', '=', app_id),
            eb('limit_name', '=', limit_name),
            eb('subject', 'in', earlier),
            eb('until', '<=', latestEnd(at, bucket.rate.seconds)),
          ]),
        ),
      ),
    )
    .execute();
}

/** Whether a bucket has been counted beyond what it holds, without counting in it. */
export async function isOverfull({ id, store, vault, now }: Counting, { limit, subject, rate }: Bucket): Promise<boolean> {
  const rows = await store
    .selectFrom('rate_limits')
    .select('used')
    .where('app_id', '=', id)
    .where('limit_name', '=', limit)
    .where('subject', 'in', vault.fingerprints(subject, limit))
    .where('until', '>', now())
    .where('until', '<=', latestEnd(now(), rate.seconds))
    .execute();
  return rows.reduce((sum, { used }) => sum + used, 0) >= rate.limit;
}
