import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { Observers } from '../steps/observeRequest.ts';

/** Share of the process's file limit that is reserved for the database, the platforms and others that are not clients. */
const leastShare = 0.25;
const mostReserved = 512;
/** Milliseconds between two lines of the log about the same. */
const pause = 60_000;

/** How many files the process may have open; undefined if the system does not say. */
function mostOpenFiles(): number | undefined {
  try {
    const [, limit] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}

/**
 * Closes connections past what the process has files for. Without this the system would do so, and neither the log nor a metric would
 * tell, and the database and the platforms could not be reached either.
 */
export function boundConnections(server: Server, { log, metrics }: Pick<Observers, 'log' | 'metrics'>): void {
  const files = mostOpenFiles();
  if (files === undefined) return;
  server.maxConnections = Math.floor(files - Math.min(files * leastShare, mostReserved));
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
