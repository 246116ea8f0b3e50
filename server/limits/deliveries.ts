import { ApiError, type ErrorCode } from '../errors.ts';
import { type Counting, count } from './buckets.ts';

/** Rates at which a phone number, mail address or user may be sent messages (docs/protocol.md, Operations). */
const rates = { minute: { limit: 1, seconds: 60 }, day: { limit: 10, seconds: 86_400 } };

export interface Allowance {
  kind: 'sms' | 'verification' | 'reset';
  /** Subjects whose allowance the message uses: a phone number, or a user and an address. All must have some left. */
  subjects: string[];
  /** Error code if an allowance is used up. */
  refusal: ErrorCode;
}

/**
 * Runs work at most once a minute and ten times in 24 hours for each subject. The 24 hours begin with the first run. Failures do not count.
 *
 * @throws ApiError with the allowance's `refusal` and the seconds to wait
 */
export async function withinAllowance<T>(tenant: Counting, { kind, subjects, refusal }: Allowance, work: () => Promise<T>): Promise<T> {
  const buckets = subjects.flatMap((subject) => [
    { limit: `${kind}_minute`, subject, rate: rates.minute },
    { limit: `${kind}_day`, subject, rate: rates.day },
  ]);
  const levels = await count(tenant, buckets, 1);
  const full = levels.filter(({ remaining }) => remaining < 0);
  if (full.length > 0) {
    const others = levels.filter(({ remaining }) => remaining >= 0);
    await count(
      tenant,
      others.map(({ bucket }) => bucket),
      -1,
    );
    throw new ApiError(refusal, { retryAfter: Math.max(...full.map(({ reset }) => reset)) });
  }
  try {
    return await work();
  } catch (error) {
    await count(tenant, buckets, -1);
    throw error;
  }
}
