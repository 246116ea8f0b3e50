import { ApiError, type ErrorCode } from './errors.ts';
import type { Services } from './services.ts';
import type { AllowanceTable } from './store/schema.ts';

/** Seconds between two, and how many there may be in how many seconds (wire.md, Operations). */
const pause = 60;
const most = 10;
const period = 86_400;
/** Seconds from the first of a period until nothing is left of it, the pause after its last included. */
export const allowanceAge = period + pause;

export interface Allowance {
  appId: string;
  kind: AllowanceTable['kind'];
  /** Whose allowance it is: a number, an address, a user. */
  subject: string;
  /** What a subject is told that has none left. */
  refusal: ErrorCode;
}

/**
 * Does what a subject may cause once a minute and ten times in the 24 hours that begin with the first. What fails is given back.
 *
 * @throws ApiError with the allowance's `refusal` and the seconds to wait
 */
export async function withinAllowance<T>(services: Services, allowance: Allowance, work: () => Promise<T>): Promise<T> {
  const at = services.now();
  if (!(await take(services, allowance, at))) {
    throw new ApiError(allowance.refusal, { retryAfter: await secondsToWait(services, allowance, at) });
  }
  try {
    return await work();
  } catch (error) {
    await giveBack(services, allowance, at);
    throw error;
  }
}

/** One statement, so that many processes count as one: it returns a row only where there was something left. */
async function take({ store }: Services, { appId, kind, subject }: Allowance, at: number): Promise<boolean> {
  const taken = await store
    .insertInto('allowances')
    .values({ app_id: appId, kind, subject, used: 1, since: at, last_at: at })
    .onConflict((conflict) =>
      conflict
        .columns(['app_id', 'kind', 'subject'])
        .doUpdateSet((row) => {
          const over = row('allowances.since', '<=', at - period);
          return {
            used: row
              .case()
              .when(over)
              .then(1)
              .else(row('allowances.used', '+', 1))
              .end(),
            since: row.case().when(over).then(row.ref('excluded.since')).else(row.ref('allowances.since')).end(),
            last_at: row.ref('excluded.last_at'),
          };
        })
        .where('allowances.last_at', '<=', at - pause)
        .where((row) => row.or([row('allowances.used', '<', most), row('allowances.since', '<=', at - period)])),
    )
    .returning('used')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Nobody else can have taken any since: the pause was on. */
async function giveBack({ store }: Services, { appId, kind, subject }: Allowance, at: number): Promise<void> {
  await store
    .updateTable('allowances')
    .set((row) => ({ used: row('used', '-', 1), last_at: 0 }))
    .where('app_id', '=', appId)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .where('last_at', '=', at)
    .execute();
}

async function secondsToWait({ store }: Services, { appId, kind, subject }: Allowance, at: number): Promise<number> {
  const row = await store
    .selectFrom('allowances')
    .select(['used', 'since', 'last_at'])
    .where('app_id', '=', appId)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .executeTakeFirstOrThrow();
  return Math.max(1, row.last_at + pause - at, row.used < most ? 0 : row.since + period - at);
}
