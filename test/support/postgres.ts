import type { TestProject } from 'vitest/node';
import { startCluster } from './cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the run's PostgreSQL, if the project has one. */
    postgres: string | undefined;
  }
}

/** Starts a PostgreSQL for the run, which is removed with its files at the end. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  // Durability is off, because the tests do not simulate crashes of the machine.
  const cluster = await startCluster(['-c', 'fsync=off', '-c', 'full_page_writes=off']);
  project.provide('postgres', cluster.url);
  return () => cluster.stop();
}
