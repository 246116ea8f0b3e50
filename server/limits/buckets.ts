import type { Services } from '../services.ts';
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

/** What counting takes. */
export type BucketServices = Pick<Services, 'store' | 'vault' | 'now'>;

/**
 * Counts in several buckets in one statement, so that many processes count as one.
 *
 * @param by 1, or -1 to take a count back
 * @returns the levels of the buckets that changed, in the order of `buckets`
 */
export async function count(services: BucketServices, appId: string, buckets: readonly Bucket[], by: 1 | -1): Promise<Level[]> {
  if (buckets.length === 0) return [];
  const at = services.now();
  const keyed = buckets.map((bucket) => ({
    bucket,
    app_id: bucket.appId ?? appId,
    limit_name: bucket.limit,
    // The counters need not hold anybody's number or address.
    subject: services.vault.fingerprint(bucket.subject, bucket.limit),
  }));
  const rows = await services.store
    .insertInto('rate_limits')
    .values(
      keyed
        .map(({ bucket, ...key }) => ({ ...key, used: Math.max(by, 0), until: at + bucket.rate.seconds }))
        // All lock rows in one order, so that none waits for one that waits for it.
        .sort((a, b) => (a.limit_name + a.subject < b.limit_name + b.subject ? -1 : 1)),
    )
    .onConflict((conflict) =>
      conflict
        .columns(['app_id', 'limit_name', 'subject'])
        .doUpdateSet((row) => {
          const over = row('rate_limits.until', '<=', at);
          return {
            used: row
              .case()
              .when(over)
              .then(row.ref('excluded.used'))
              .else(row('rate_limits.used', '+', by))
              .end(),
            until: row.case().when(over).then(row.ref('excluded.until')).else(row.ref('rate_limits.until')).end(),
          };
        })
        .where((row) => row(row('rate_limits.used', '+', by), '>=', 0)),
    )
    .returning(['limit_name', 'subject', 'used', 'until'])
    .execute();
  return keyed.flatMap(({ bucket, limit_name, subject }) => {
    const row = rows.find((row) => row.limit_name === limit_name && row.subject === subject);
    return row ? [{ bucket, remaining: bucket.rate.limit - row.used, reset: row.until - at }] : [];
  });
}

/** Whether a bucket has been counted beyond what it holds, without counting in it. */
export async function isOverfull({ store, vault, now }: BucketServices, appId: string, { limit, subject, rate }: Bucket): Promise<boolean> {
  const row = await store
    .selectFrom('rate_limits')
    .select('used')
    .where('app_id', '=', appId)
    .where('limit_name', '=', limit)
    .where('subject', '=', vault.fingerprint(subject, limit))
    .where('until', '>', now())
    .where('used', '>=', rate.limit)
    .executeTakeFirst();
  return row !== undefined;
}
