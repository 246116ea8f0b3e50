/** Finds lists of users, one at a time, in a separate thread with its own connection. */
import { parentPort, workerData } from 'node:worker_threads';
import { sql } from 'kysely';
import { ApiError } from '../errors.ts';
import { openListStore } from '../store/listStore.ts';
import type { Store } from '../store/schema.ts';
import { findUsers } from './findUsers.ts';
import type { FoundUsers, Listing } from './listing.ts';
import type { ListOutcome, ListThreadData } from './lists.ts';

const { databaseUrl, budget } = workerData as ListThreadData;

let opened: Awaited<ReturnType<typeof openListStore>> | undefined;

parentPort?.on('message', async (listing: Listing) => {
  const outcome: ListOutcome = await find(listing).then((found) => ({ found }), toOutcome);
  parentPort?.postMessage(outcome);
});
parentPort?.postMessage(undefined);

async function find(listing: Listing): Promise<FoundUsers> {
  // Opened by the first list, so that a failure is reported to its caller.
  opened ??= await openListStore(databaseUrl);
  const { store, isPostgres } = opened;
  return isPostgres ? findInPostgres(store, listing) : findUsers(store, listing, budget);
}

/** Sets a timeout, because PostgreSQL continues statements of a terminated thread, and disables sorting, so that it uses the index. */
const findInPostgres = (store: Store, listing: Listing): Promise<FoundUsers> =>
  store
    .transaction()
    .setAccessMode('read only')
    .execute(async (transaction) => {
      const limits = sql`select set_config('statement_timeout', ${String(budget.processor)}, true), set_config('enable_sort', 'off', true)`;
      await limits.execute(transaction);
      return findUsers(transaction, listing, budget);
    });

function toOutcome(error: unknown): ListOutcome {
  if (!(error instanceof ApiError)) return { fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  const { code, text, errors, retryAfter } = error;
  return { refused: { code, text, ...(errors && { errors }), ...(retryAfter !== undefined && { retryAfter }) } };
}
