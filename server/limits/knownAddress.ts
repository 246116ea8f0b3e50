import type { Services } from '../services.ts';
import { type Bucket, count } from './buckets.ts';
import type { Subjects } from './subjects.ts';

/** Seconds that an address is known to an account, from the login that made it so. */
const lifetime = 2_592_000;

const bucketOf = ({ account, network }: Subjects): Bucket => ({
  limit: 'known_address',
  subject: `${account} ${network}`,
  rate: { limit: 1, seconds: lifetime },
});

/** Notes that an account's owner logged in from an address. */
export async function noteKnownAddress(services: Services, appId: string, subjects: Subjects): Promise<void> {
  await count(services, appId, [bucketOf(subjects)], 1);
}

/**
 * Whether an account's owner logged in from an address before: whoever is there now is no stranger who must be kept out with the others.
 * What was noted with the fallback key holds while that is here.
 */
export async function isKnownAddress(services: Services, appId: string, subjects: Subjects): Promise<boolean> {
  const bucket = bucketOf(subjects);
  const row = await services.store
    .selectFrom('rate_limits')
    .select('used')
    .where('app_id', '=', appId)
    .where('limit_name', '=', bucket.limit)
    .where('subject', 'in', services.vault.fingerprints(bucket.subject, bucket.limit))
    .where('until', '>', services.now())
    .executeTakeFirst();
  return row !== undefined;
}
