import { existsSync } from 'node:fs';
import { readDatabaseUrl } from '../config/settings.ts';
import { createLog } from '../observe/log.ts';
import type { Store } from '../store/schema.ts';
import { openStore } from '../store/store.ts';
import type { Terminal } from './terminal.ts';

/**
 * Opens the server's database, beside the servers that run on it, and closes it again.
 *
 * @throws where there is none: a mistyped path must not make an empty one
 */
export async function withStore<T>({ env, errors }: Terminal, work: (store: Store) => Promise<T>): Promise<T> {
  const url = readDatabaseUrl(env);
  const [, file] = /^sqlite:(.+)$/.exec(url) ?? [];
  if (file && !existsSync(file)) throw new Error(`DATABASE_URL: there is no database at ${file}`);
  const store = await openStore(url, createLog('warn', { write: errors }));
  try {
    return await work(store);
  } finally {
    await store.destroy();
  }
}
