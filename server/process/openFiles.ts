import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Observers } from '../steps/observeRequest.ts';

/** Share of the process's file limit that is reserved for the database, the platforms and other files. */
const leastShare = 0.25;
const maxReserved = 512;
/** Milliseconds between two log lines about dropped connections. */
const pause = 60_000;

/** @returns the process's limit of open files; undefined if the system does not report it */
function maxOpenFiles(): number | undefined {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}

/**
 * Closes connections that exceed the limit of open files, logs and counts them. Otherwise connections would fail unnoticed, including those
 * to the database and the platforms.
 */
export function boundConnections(server: Server, { log, metrics }: Pick<Observers, 'log' | 'metrics'>): void {
  const files = maxOpenFiles();
  if (files === undefined) return;
  server.maxConnections = Math.floor(files - Math.min(files * leastShare, maxReserved));
  let dropped = 0;
  let warnedAt = Number.NEGATIVE_INFINITY;
  server.on('drop', () => {
    metrics.droppedConnections.inc();
    dropped++;
    if (performance.now() < warnedAt + pause) return;
    warnedAt = performance.now();
    log.error(
      { dropped, connections: server.maxConnections, open_files: files },
      'dropping connections; raise the limit of open files (ulimit -n)',
    );
    dropped = 0;
  });
}
