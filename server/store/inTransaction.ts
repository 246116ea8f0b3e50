import { ApiError } from '../errors.ts';
import type { Background } from '../process/background.ts';
import type { Store } from './schema.ts';
import { isUniqueViolation, isVictim } from './store.ts';

/**
 * Runs writes that stand or fall together, on services whose store is the transaction. What `work` begins in the background begins when
 * the writes are kept, and not at all otherwise.
 *
 * Where a row of another request came first, all is taken back and runs once more: now `work` finds that row and says what it means. So
 * a constraint decides every race that breaks one, and nobody has to read its name out of an error. The victim of a deadlock runs once more
 * too. Nothing else decides races on PostgreSQL: work that writes what follows from what it has read locks that first, a user's row
 * (`lockUser`, `lockSessionUser`) or a key (`lockKeys`).
 */
export async function inTransaction<S extends { store: Store; background?: Background }, T>(
  services: S,
  work: (services: S) => Promise<T>,
): Promise<T> {
  const { store, background } = services;
  const attempt = async () => {
    const begun: Parameters<Background['run']>[] = [];
    const later = background && { background: { ...background, run: (...task: Parameters<Background['run']>) => void begun.push(task) } };
    const result = await store.transaction().execute((transaction) => work({ ...services, ...later, store: transaction }));
    for (const task of begun) background?.run(...task);
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
