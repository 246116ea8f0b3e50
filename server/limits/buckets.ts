import type { Sealing } from '../crypto/vault.ts';
import { clockSkew, latestEnd } from '../process/time.ts';
import type { Tenant } from '../store/tenant.ts';
import type { Rate } from './limits.ts';

/** The count of one subject, such as a network, an account or a phone number. */
export interface Bucket<Name extends string = string> {
  limit: Name;
  subject: string;
  rate: Rate;
  /** The owner of the count if it is not the tenant. */
  tenantId?: string;
}

/** The level of a bucket after a count. */
export interface Level<Name extends string = string> {
  bucket: Bucket<Name>;
  /** Negative if the limit is exceeded. */
  remaining: number;
  /** Seconds until the bucket is empty again. */
  reset: number;
}

/** Capabilities of functions that count: the tenant's rows, and the vault, because counters store fingerprints. */
export type Counting = Pick<Tenant, 'id' | 'store' | 'now'> & Sealing;

/**
 * Counts in several buckets in one statement, so that all processes share one count. Includes counts made with the fallback key, so that
 * rotating the key resets no limit.
 *
 * @param by 1, or -1 to undo a count
 * @returns the levels of the buckets that changed, in the order of `buckets`
 */
export async function count<Name extends string>(tenant: Counting, buckets: readonly Bucket<Name>[], by: 1 | -1): Promise<Level<Name>[]> {
  if (buckets.length === 0) return [];
  const at = tenant.now();
  const keyed = buckets.map((bucket) => {
    // Fingerprints, so that counters store no phone numbers or addresses.
    const [subject = '', ...earlier] = tenant.vault.fingerprints(bucket.subject, bucket.limit);
    return { bucket, tenant_id: bucket.tenantId ?? tenant.id, limit_name: bucket.limit, subject, earlier };
  });
  const rows = await tenant.store
    .insertInto('rate_limits')
    .values(
      keyed
        .map(({ bucket, earlier, ...key }) => ({ ...key, used: Math.max(by, 0), until: at + bucket.rate.seconds }))
        // Rows are locked in one order, which avoids deadlocks.
        .sort((a, b) => (a.limit_name + a.subject < b.limit_name + b.subject ? -1 : 1)),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'limit_name', 'subject'])
        .doUpdateSet((row) => {
          const [until, windowEnd] = [row.ref('rate_limits.until'), row.ref('excluded.until')];
          // A window that ends too late began while a clock was ahead.
          const over = row.or([row(until, '<=', at), row(until, '>', row(windowEnd, '+', clockSkew))]);
          return {
            used: row
              .case()
              .when(over)
              .then(row.ref('excluded.used'))
              .else(row('rate_limits.used', '+', by))
              .end(),
            // No wait is longer than a window, even if a clock that is ahead began it.
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
  tenant_id: string;
  limit_name: string;
  /** Fingerprints with earlier keys. */
  earlier: string[];
}

/** Finds the current counts of the buckets that were made with earlier keys. */
async function findEarlier({ store }: Counting, keyed: readonly KeyedBucket[], at: number) {
  if (keyed.every(({ earlier }) => earlier.length === 0)) return [];
  return store
    .selectFrom('rate_limits')
    .select(['limit_name', 'subject', 'used', 'until'])
    .where('until', '>', at)
    .where(({ or, and, eb }) =>
      or(
        keyed.map(({ tenant_id, limit_name, earlier, bucket }) =>
          and([
            eb('tenant_id', '=', tenant_id),
            eb('limit_name', '=', limit_name),
            eb('subject', 'in', earlier),
            eb('until', '<=', latestEnd(at, bucket.rate.seconds)),
          ]),
        ),
      ),
    )
    .execute();
}

/** Whether a bucket is full. Does not count in it. */
export async function isOverfull({ id, store, vault, now }: Counting, { limit, subject, rate }: Bucket): Promise<boolean> {
  const rows = await store
    .selectFrom('rate_limits')
    .select('used')
    .where('tenant_id', '=', id)
    .where('limit_name', '=', limit)
    .where('subject', 'in', vault.fingerprints(subject, limit))
    .where('until', '>', now())
    .where('until', '<=', latestEnd(now(), rate.seconds))
    .execute();
  return rows.reduce((sum, { used }) => sum + used, 0) >= rate.limit;
}
