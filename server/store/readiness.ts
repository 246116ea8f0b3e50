import { randomUUID } from 'node:crypto';
import { migrations } from './migrations/index.ts';
import { type Placeholders, prepare } from './prepared.ts';
import type { Store } from './schema.ts';
import { SqliteStoreAdapter } from './sqlite/dialect.ts';
import { migrationTableName } from './store.ts';

/** Key of this process's row. Each process has its own, so that they do not wait for each other. */
const processId = randomUUID();
/** Seconds until the cleanup may delete the row of a process that has ended. */
const lifetime = 60;

/** Writes the row at most once a second. */
const writeProbe = prepare((store, { until }: Placeholders<{ until: number }>) =>
  store
    .insertInto('rate_limits')
    .values({ tenant_id: '', limit_name: 'readiness', subject: processId, used: 0, until })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'limit_name', 'subject'])
        .doUpdateSet(({ ref }) => ({ until: ref('excluded.until') }))
        .where(({ eb, ref }) => eb('rate_limits.until', '!=', ref('excluded.until'))),
    ),
);

/**
 * Checks that the store can be read and written.
 *
 * @param at unix seconds
 * @throws if the store does not respond, refuses writes, was replaced while in use, or lacks a migration, like one restored from an older
 *   backup
 */
export async function checkStore(store: Store, at: number): Promise<void> {
  const { adapter } = store.getExecutor();
  if (adapter instanceof SqliteStoreAdapter) adapter.checkFiles();
  const [newest = ''] = Object.keys(migrations).slice(-1);
  const done = store.withTables<{ [migrationTableName]: { name: string } }>().selectFrom(migrationTableName).select('name');
  if (!(await done.where('name', '=', newest).executeTakeFirst())) {
    throw new Error(`the store lacks migration ${newest}: start a server, which brings it up to date`);
  }
  await writeProbe(store, { until: at + lifetime });
}
