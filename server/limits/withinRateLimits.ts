import type { OperationId } from '../../generated/operations.ts';
import type { App } from '../config/apps.ts';
import { clientScopeOf } from '../config/pools.ts';
import { ApiError, type ErrorCode } from '../errors.ts';
import { type Bucket, type Counting, count, type Level } from './buckets.ts';
import type { FullBuckets } from './fullBuckets.ts';
import { isKnownAddress, recordKnownAddress } from './knownAddress.ts';
import { type Limited, limitOf, operationLimits, type RateLimitName, type RateLimits } from './limits.ts';
import { RateLimited } from './rateLimited.ts';
import { type Subjects, subjectOf } from './subjects.ts';
import { wholeApp } from './wholeApp.ts';

/**
 * Runs an operation's work unless one of its limits is exceeded. Attempts count before the work begins, so that sending them in parallel
 * gains nothing.
 *
 * @param announce receives the levels of the limits
 * @throws rate_limited
 */
export async function withinRateLimits<T>(
  operationId: OperationId,
  { app, tenant, fullBuckets }: { app: App; tenant: Counting & Limited; fullBuckets: FullBuckets },
  subjects: Subjects,
  announce: (levels: Levels) => void,
  work: () => Promise<T>,
): Promise<T> {
  const names = operationLimits[operationId];
  if (names.length === 0 || !tenant.rateLimits) return work();
  const buckets = bucketsOf(clientScopeOf(app, tenant.id), names, tenant.rateLimits, subjects);
  await admit(tenant, subjects, fullBuckets.find(tenant.id, buckets, tenant.now()), announce);
  const levels = await count(tenant, buckets, 1);
  fullBuckets.add(tenant.id, levels.filter(isFull), tenant.now());
  try {
    await admit(tenant, subjects, levels, announce);
  } catch (error) {
    // A refusal by one limit does not count in the later ones.
    await count(tenant, buckets.slice(levels.findIndex(isFull) + 1), -1);
    throw error;
  }

  const counting = (counts: string) => buckets.filter(({ limit }) => limitOf(limit).counts === counts);
  const [guessed, sent] = [counting('wrong guesses'), counting('successes')];
  try {
    const result = await work();
    await count(tenant, guessed, -1);
    // Requests with a session do not mark their address as known, because the session may be stolen.
    if (names.some((name) => limitOf(name).waivedAtKnownAddress) && subjects.user === undefined) await recordKnownAddress(tenant, subjects);
    return result;
  } catch (error) {
    // An identity's limit is counted within the work.
    if (error instanceof RateLimited) announce([...error.full, ...levels]);
    if (!isWrongGuess(error)) await count(tenant, [...guessed, ...sent], -1);
    throw error;
  }
}

/** @param client the client id and environment, under which limits on load and cost are counted */
function bucketsOf(client: string, names: readonly RateLimitName[], rates: RateLimits, subjects: Subjects): Bucket<RateLimitName>[] {
  return names.flatMap((limit) => {
    const subject = subjectOf(limit, subjects);
    const { per, perClient } = limitOf(limit);
    const scope = per === 'app' ? wholeApp(client) : client;
    return subject === undefined ? [] : [{ limit, subject, rate: rates[limit], ...(perClient && { tenantId: scope }) }];
  });
}

/** @throws rate_limited if a limit is exceeded and not waived for this client */
async function admit(tenant: Counting, subjects: Subjects, levels: Levels, announce: (levels: Levels) => void) {
  const full = levels.filter(isFull);
  const mayBeWaived = full.length > 0 && full.every(({ bucket }) => limitOf(bucket.limit).waivedAtKnownAddress);
  const isWaived = mayBeWaived && (await isKnownAddress(tenant, subjects));
  announce(isWaived ? levels.filter((level) => !isFull(level)) : levels);
  if (full.length === 0 || isWaived) return;
  throw new RateLimited(full);
}

type Levels = Level<RateLimitName>[];

const isFull = ({ remaining }: Level) => remaining < 0;

const wrongGuesses: ReadonlySet<ErrorCode> = new Set([
  'credentials_invalid',
  'sms_code_invalid',
  'sealed_data_invalid',
  'signature_invalid',
]);
const isWrongGuess = (error: unknown) => error instanceof ApiError && wrongGuesses.has(error.code);
