import type { Logger } from 'pino';
import type { Store } from '../store/schema.ts';
import { clockSkew, latestEnd } from './time.ts';

/** Seconds for which a clock must have run steadily before it is trusted again. */
const probation = 3600;
/** Seconds for which the last stored time is kept: longer than any downtime. */
const lifetime = 365 * 86_400;
const key = { tenant_id: '', limit_name: 'clock', subject: 'cleanup' };

/** Whether the clock can be trusted for deletions. */
export interface SteadyClock {
  /** Whether the clock has run steadily, in this process and since the last stored time. Must be called regularly. */
  isRight(at: number): Promise<boolean>;
  /** Stores a time that `isRight` confirmed, for later calls. */
  record(at: number): Promise<void>;
}

/** @param monotonic seconds of a clock that never goes back */
export function createSteadyClock({ store, log }: { store: Store; log: Logger }, monotonic = () => performance.now() / 1000): SteadyClock {
  let last: { at: number; passed: number } | undefined;
  let newest: number | undefined;
  let doubtedUntil = Number.NEGATIVE_INFINITY;

  const doubt = (reason: object) => {
    if (monotonic() >= doubtedUntil) {
      log.warn(
        reason,
        'clock jumped, or differs much from the last stored time; expired rows are kept until it has been steady for an hour',
      );
    }
    doubtedUntil = monotonic() + probation;
  };

  return {
    async isRight(at) {
      const passed = monotonic();
      const jump = last ? at - last.at - (passed - last.passed) : 0;
      last = { at, passed };
      if (Math.abs(jump) > clockSkew) doubt({ jumped_seconds: Math.round(jump) });
      const stored = await findNewest(store, at);
      // A stored time that stays the same is from before a downtime; one that changes is from a server whose clock differs.
      if (stored !== undefined && stored !== newest && at - stored > clockSkew) doubt({ ahead_seconds: at - stored });
      newest = stored;
      return monotonic() >= doubtedUntil;
    },
    async record(at) {
      const until = at + lifetime;
      await store
        .insertInto('rate_limits')
        .values({ ...key, used: 0, until })
        .onConflict((conflict) => conflict.columns(['tenant_id', 'limit_name', 'subject']).doUpdateSet({ until }))
        .execute();
      newest = at;
    },
  };
}

/** Finds the newest stored time that is not later than `at`. */
async function findNewest(store: Store, at: number): Promise<number | undefined> {
  const recorded = await store
    .selectFrom('rate_limits')
    .select('until')
    .where('tenant_id', '=', key.tenant_id)
    .where('limit_name', '=', key.limit_name)
    .where('subject', '=', key.subject)
    .where('until', '<=', latestEnd(at, lifetime))
    .executeTakeFirst();
  if (recorded) return recorded.until - lifetime;
  const entry = await store
    .selectFrom('audit_entries')
    .select(({ fn }) => fn.max('at').as('at'))
    .where('at', '<=', at)
    .executeTakeFirst();
  return entry?.at ?? undefined;
}
