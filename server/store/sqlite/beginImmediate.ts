import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy, toStoreError } from './faults.ts';

/** Milliseconds that SQLite blocks this process while another recovers the file after a crash. */
export const busyTimeout = 10_000;
/** Milliseconds that the first attempt blocks: longer than another process usually writes, which is best for two that write much. */
const firstTimeout = 1000;
/** Milliseconds that each later attempt blocks, and that everything else in this process has in between. */
const retryTimeout = 50;

/**
 * Starts a write transaction, retrying without blocking the event loop while another process holds the write lock.
 *
 * @param deadline on the clock of `performance.now`; once it is over, one attempt is made without waiting
 * @throws store_unavailable if the lock is still held at the deadline
 */
export async function beginImmediate(database: DatabaseSync, deadline: number): Promise<void> {
  for (let timeout = firstTimeout; ; timeout = retryTimeout) {
    try {
      return begin(database, performance.now() < deadline ? timeout : 0);
    } catch (error) {
      if (!isBusy(error) || performance.now() >= deadline) throw toStoreError(error);
    }
    await sleep(retryTimeout);
  }
}

function begin(database: DatabaseSync, timeout: number): void {
  database.exec(`pragma busy_timeout = ${timeout}`);
  try {
    database.exec('begin immediate');
  } finally {
    database.exec(`pragma busy_timeout = ${busyTimeout}`);
  }
}
