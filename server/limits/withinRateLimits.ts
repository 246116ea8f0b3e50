import type { OperationId } from '../../generated/operations.ts';
import type { App } from '../config/apps.ts';
import { clientScopeOf } from '../config/pools.ts';
import { ApiError, type ErrorCode } from '../errors.ts';
import { type Bucket, type Counting, count, type Level } from './buckets.ts';
import type { FullBuckets } from './fullBuckets.ts';
import { isKnownAddress, noteKnownAddress } from './knownAddress.ts';
import { operationLimits } from './operations.ts';
import { RateLimited } from './rateLimited.ts';
import type { Limited, RateLimitName, RateLimits } from './rates.ts';
import { isPerClient } from './scope.ts';
import { type Subjects, subjectOf } from './subjects.ts';
import { wholeApp } from './wholeApp.ts';

/** Only wrong guesses count in these: people behind one address who know their passwords share no limit. */
const guesses = new Set(['password_account_ip', 'password_ip', 'password_account', 'code_account_ip', 'code_ip', 'sealed_ip']);

/**
 * What failed sent nothing, so it does not count in these. A password reset counts for any address: whether it mailed something is not to
 * be found out by counting.
 */
const messages = new Set(['sms_app', 'mail_app']);

/** These do not hold for an account's owner at an address that the account was logged in to from before, however many others guess. */
const waivedWhereKnown = new Set(['password_ip', 'password_account']);

/**
 * Does an operation's work, unless one of its limits is passed. An attempt counts before its work begins, so that simultaneous ones get
 * no more than others.
 *
 * @param announce told where the limits stand
 * @throws rate_limited
 */
export async function withinRateLimits<T>(
  operationId: OperationId,
  { app, tenant, fullBuckets }: { app: App; tenant: Counting & Limited; fullBuckets: FullBuckets },
  subjects: Subjects,
  announce: (levels: Level[]) => void,
  work: () => Promise<T>,
): Promise<T> {
  const names = operationLimits[operationId];
  if (names.length === 0 || !tenant.rateLimits) return work();
  const buckets = bucketsOf(clientScopeOf(app, tenant.id), names, tenant.rateLimits, subjects);
  await admit(tenant, subjects, fullBuckets.find(tenant.id, buckets, tenant.now()), announce);
  const levels = await count(tenant, buckets, 1);
  fullBuckets.note(tenant.id, levels.filter(isFull), tenant.now());
  try {
    await admit(tenant, subjects, levels, announce);
  } catch (error) {
    // What one limit refuses tries nothing, so it is not counted in those after it.
    await count(tenant, buckets.slice(levels.findIndex(isFull) + 1), -1);
    throw error;
  }

  const guessed = buckets.filter(({ limit }) => guesses.has(limit));
  const sent = buckets.filter(({ limit }) => messages.has(limit));
  try {
    const result = await work();
    await count(tenant, guessed, -1);
    // A session alone, which may be stolen, makes no address known.
    if (names.includes('password_account') && subjects.user === undefined) await noteKnownAddress(tenant, subjects);
    return result;
  } catch (error) {
    // An identity's limit is known only within the work.
    if (error instanceof RateLimited) announce([...error.full, ...levels]);
    if (!isWrongGuess(error)) await count(tenant, [...guessed, ...sent], -1);
    throw error;
  }
}

/** @param client the app's own side of the tenant */
function bucketsOf(client: string, names: readonly RateLimitName[], rates: RateLimits, subjects: Subjects): Bucket[] {
  return names.flatMap((limit) => {
    const subject = subjectOf(limit, subjects);
    const scope = limit.endsWith('_app') ? wholeApp(client) : client;
    return subject === undefined ? [] : [{ limit, subject, rate: rates[limit], ...(isPerClient(limit) && { appId: scope }) }];
  });
}

/** @throws rate_limited where a bucket is full, unless that does not hold for whoever asks */
async function admit(tenant: Counting, subjects: Subjects, levels: Level[], announce: (levels: Level[]) => void) {
  const full = levels.filter(isFull);
  const mayBeWaived = full.length > 0 && full.every(({ bucket }) => waivedWhereKnown.has(bucket.limit));
  const isWaived = mayBeWaived && (await isKnownAddress(tenant, subjects));
  announce(isWaived ? levels.filter((level) => !isFull(level)) : levels);
  if (full.length === 0 || isWaived) return;
  throw new RateLimited(full);
}

const isFull = ({ remaining }: Level) => remaining < 0;

const wrongGuesses: ReadonlySet<ErrorCode> = new Set([
  'credentials_invalid',
  'sms_code_invalid',
  'sealed_data_invalid',
  'signature_invalid',
]);
const isWrongGuess = (error: unknown) => error instanceof ApiError && wrongGuesses.has(error.code);
