import { ApiError } from '../errors.ts';
import { isUniqueViolation, isVictim } from './store.ts';
import type { Tenant, Transaction } from './tenant.ts';

/**
 * Runs writes that stand or fall together, on the same tenant in a transaction.
 *
 * Where a row of another request came first, all is rolled back and runs once more: now `work` finds that row and says what it means. So
 * a constraint decides every race that breaks one, and nobody has to read its name out of an error. The victim of a deadlock runs once more
 * too. Nothing else decides races on PostgreSQL: work that writes what follows from what it has read locks that first, a user's row
 * (`lockUser`, `lockSessionUser`) or a key (`lockKeys`).
 */
export async function inTransaction<T extends Tenant, R>(tenant: T, work: (tx: T & Transaction) => Promise<R>): Promise<R> {
  const attempt = async () => {
    const tasks: (() => void)[] = [];
    const result = await tenant.store
      .transaction()
      .execute((store) => work({ ...tenant, store, afterCommit: (task: () => void) => void tasks.push(task) }));
    for (const task of tasks) task();
    return result;
  };
  try {
    return await attempt();
  } catch (error) {
    if (!lostToAnother(error)) throw error;
    return attempt();
  }
}

/** A conflict may be with a row of a moment ago; one that stands says the same the second time. */
const lostToAnother = (error: unknown) =>
  isUniqueViolation(error) || isVictim(error) || (error instanceof ApiError && error.status === 409);
