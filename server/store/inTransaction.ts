import { ApiError } from '../errors.ts';
import { isUniqueViolation, lostConflict } from './store.ts';
import type { Tenant, Transaction } from './tenant.ts';

/** Maximum attempts of a transaction that loses races, and of one that ends in a 409. */
const attempts = { race: 4, conflict: 2 };

/**
 * Runs writes on one tenant in a transaction.
 *
 * Unique constraints decide races: the loser is rolled back and retried, and `work` then finds the winner's row. Deadlocks are retried too,
 * and a 409 once, because the conflicting row may have been part of an unfinished change.
 * PostgreSQL checks only constraints. Work that reads before it writes must lock what it reads: a user's row (`lockUser`,
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

/** Undefined for errors that a retry would not avoid. Leaves a violation's text out of the log, because it may quote a login name. */
function reasonToRetry(error: unknown): { attempts: number; logged: object } | undefined {
  if (isUniqueViolation(error)) return { attempts: attempts.race, logged: { reason: 'unique violation' } };
  if (lostConflict(error)) return { attempts: attempts.race, logged: { reason: 'deadlock or serialization failure' } };
  const isConflict = error instanceof ApiError && error.status === 409;
  return isConflict ? { attempts: attempts.conflict, logged: { reason: error.code, detail: error.detail } } : undefined;
}
