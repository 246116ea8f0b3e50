import { randomUUID } from 'node:crypto';
import { migrations } from './migrations/index.ts';
import { isStoreAdapter, prepare, runTogether } from './prepared.ts';
import type { Store } from './schema.ts';
import { migrationTableName } from './store.ts';

/** Its own row for each process, so that none waits for another. */
const process = randomUUID();
/** Seconds until the cleanup may delete the row of a process that has ended. */
const lifetime = 60;

/** Writes as a login does; within one second once. */
const noteReadiness = prepare((store, { until }: { until: number }) =>
  store
    .insertInto('rate_limits')
    .values({ app_id: '', limit_name: 'readiness', subject: process, used: 0, until })
    .onConflict((conflict) =>
      conflict
        .columns(['app_id', 'limit_name', 'subject'])
        .doUpdateSet(({ ref }) => ({ until: ref('excluded.until') }))
        .where(({ eb, ref }) => eb('rate_limits.until', '!=', ref('excluded.until'))),
    ),
);

/**
 * Resolves when the store can be used as operations use it: read and written.
 *
 * @param at unix seconds
 * @throws when it does not answer, takes no writes, has been replaced under this process, or lacks a migration, as one that was restored
 *   from an older copy does
 */
export async function checkStore(store: Store, at: number): Promise<void> {
  const { adapter } = store.getExecutor();
  if (isStoreAdapter(adapter)) adapter.check?.();
  const [newest = ''] = Object.keys(migrations).slice(-1);
  const done = store.withTables<{ [migrationTableName]: { name: string } }>().selectFrom(migrationTableName).select('name');
  if (!(await done.where('name', '=', newest).executeTakeFirst())) {
    throw new Error(`the store lacks migration ${newest}: start a server, which brings it up to date`);
  }
  const note = noteReadiness.fill(store, { until: at + lifetime });
  await runTogether(store, { durable: 'soon', order: '', statement: () => note, steps: (run) => run(note) });
}
