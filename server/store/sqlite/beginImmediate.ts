import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { isBusy, toStoreError } from './faults.ts';

/** Milliseconds for which SQLite blocks this process while another recovers the file after a crash. */
export const busyTimeout = 10_000;
/** Milliseconds for which the first attempt blocks: longer than most writes of another process, which is fastest if both write a lot. */
const firstTimeout = 1000;
/** Milliseconds for which each later attempt blocks, and pause between attempts, in which the event loop runs. */
const retryTimeout = 50;

/**
 * Starts a write transaction, retrying without blocking the event loop while another process holds the write lock.
 *
 * @param deadline by `performance.now()`; after it, one attempt is made without waiting
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
