import type { TestProject } from 'vitest/node';
import { startCluster } from './cluster.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the run's PostgreSQL, if the project has one. */
    postgres: string | undefined;
  }
}

/** A PostgreSQL of the run's own, gone with its files when the run is over. */
export default async function startPostgres(project: TestProject): Promise<() => Promise<void>> {
  // The machine's own crash is not what the tests are about.
  const cluster = await startCluster(['-c', 'fsync=off', '-c', 'full_page_writes=off']);
  project.provide('postgres', cluster.url);
  return () => cluster.stop();
}
