import { ApiError } from '../errors.ts';
import { isUniqueViolation, lostConflict } from './store.ts';
import type { Tenant, Transaction } from './tenant.ts';

/** Attempts of a transaction that loses races, and of one that ends in a 409. */
const attempts = { race: 4, conflict: 2 };

/**
 * Runs writes on one tenant in a transaction.
 *
 * A constraint decides a race: the loser is rolled back and runs again, and now `work` finds the winner's row and says what it means. The
 * victim of a deadlock runs again too, and so does what ended in a 409, once: the row that it disagreed with may have been half of a change.
 * Constraints are all that PostgreSQL checks. Work that reads and then writes must lock what it reads: a user's row (`lockUser`,
 * `lockSessionUser`) or a key (`lockKeys`).
 */
export async function inTransaction<T extends Tenant, R>(tenant: T, work: (tx: T & Transaction) => Promise<R>): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    const tasks: (() => void)[] = [];
    try {
      const result = await tenant.store
        .transaction()
        .execute((store) => work({ ...tenant, store, afterCommit: (task: () => void) => void tasks.push(task) }));
      for (const task of tasks) task();
      return result;
    } catch (error) {
      const reason = reasonToRetry(error);
      if (!reason || attempt >= reason.attempts) throw error;
      tenant.log.debug({ tenant: tenant.id, attempt, ...reason.logged }, 'retrying transaction after conflict');
    }
  }
}

/** Undefined for an error that another attempt would end in too. The text of a violation stays out of the log: it may quote a name. */
function reasonToRetry(error: unknown): { attempts: number; logged: object } | undefined {
  if (isUniqueViolation(error)) return { attempts: attempts.race, logged: { reason: 'unique violation' } };
  if (lostConflict(error)) return { attempts: attempts.race, logged: { reason: 'deadlock or serialization failure' } };
  const isConflict = error instanceof ApiError && error.status === 409;
  return isConflict ? { attempts: attempts.conflict, logged: { reason: error.code, detail: error.detail } } : undefined;
}
