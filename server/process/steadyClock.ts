import type { Logger } from 'pino';
import type { Store } from '../store/schema.ts';
import { clockSkew, latestEnd } from './time.ts';

/** Seconds that a clock must have gone on evenly for before it is believed again. */
const probation = 3600;
/** Seconds that the time noted last is kept: longer than a server stands still. */
const lifetime = 365 * 86_400;
const key = { tenant_id: '', limit_name: 'clock', subject: 'cleanup' };

/** Tells whether the clock can be right, for what cannot be taken back. */
export interface SteadyClock {
  /** Whether it has gone on evenly, in this process and since what was stored last. To be asked again and again. */
  isRight(at: number): Promise<boolean>;
  /** Notes a time that was right, for whoever asks later. */
  note(at: number): Promise<void>;
}

/** @param monotonic seconds that only go forward */
export function createSteadyClock({ store, log }: { store: Store; log: Logger }, monotonic = () => performance.now() / 1000): SteadyClock {
  let last: { at: number; passed: number } | undefined;
  let newest: number | undefined;
  let doubtedUntil = Number.NEGATIVE_INFINITY;

  const doubt = (reason: object) => {
    if (monotonic() >= doubtedUntil) {
      log.warn(reason, 'the clock jumped, or is far from the time stored last; expired rows are kept until it has run evenly for an hour');
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
      // What stands still is of a time when no server ran; what goes on is of one whose clock says something else.
      if (stored !== undefined && stored !== newest && at - stored > clockSkew) doubt({ ahead_seconds: at - stored });
      newest = stored;
      return monotonic() >= doubtedUntil;
    },
    async note(at) {
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

/** The newest time that is stored and not ahead of a time. */
async function findNewest(store: Store, at: number): Promise<number | undefined> {
  const noted = await store
    .selectFrom('rate_limits')
    .select('until')
    .where('tenant_id', '=', key.tenant_id)
    .where('limit_name', '=', key.limit_name)
    .where('subject', '=', key.subject)
    .where('until', '<=', latestEnd(at, lifetime))
    .executeTakeFirst();
  if (noted) return noted.until - lifetime;
  const entry = await store
    .selectFrom('audit_entries')
    .select(({ fn }) => fn.max('at').as('at'))
    .where('at', '<=', at)
    .executeTakeFirst();
  return entry?.at ?? undefined;
}
