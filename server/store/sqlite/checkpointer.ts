import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { outsideRequests } from '../../observe/currentRequest.ts';
import type { Run } from './statements.ts';

/** Pages of the log that are put into the file at once, 32 MiB: eight times SQLite's own, as many logins write the same pages again. */
export const checkpointPages = 16_000;
/** Milliseconds after which it is tried again where it failed. */
const retryAfter = 60_000;

/**
 * Puts what is in a database's write-ahead log into its file, in a thread of its own: SQLite itself does so within a commit, and nothing
 * else would run here for as long as the disk takes to write pages from all over the file.
 */
export class SqliteCheckpointer {
  readonly #path: string;
  readonly #log: Logger;
  #thread: Worker | undefined;
  #running: Promise<void> | undefined;
  /** As `performance.now` tells the time. */
  #notBefore = 0;

  /** @param path the database's file */
  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  /**
   * Begins to put the log into the file where it has grown long: first beside all that is written, and then what that was, while nothing
   * is, so that the log begins anew.
   *
   * @param run on the connection that writes
   * @param alone does something while nothing is written
   */
  runWhenDue(run: Run, alone: (work: () => Promise<void>) => Promise<void>): void {
    if (this.#running || performance.now() < this.#notBefore) return;
    const [length] = run<{ log: number; checkpointed: number }>({ sql: 'pragma wal_checkpoint(noop)', parameters: [] }).rows;
    if (!length || length.log - length.checkpointed < checkpointPages) return;
    this.#running = outsideRequests(() => this.#run(alone))
      .catch((error: unknown) => this.#putOff(error))
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Resolves when nothing of it runs any more, nor will. */
  async close(): Promise<void> {
    this.#notBefore = Number.POSITIVE_INFINITY;
    await this.#running;
    await this.#thread?.terminate();
  }

  async #run(alone: (work: () => Promise<void>) => Promise<void>): Promise<void> {
    await this.#checkpoint();
    await alone(() => this.#checkpoint());
  }

  async #checkpoint(): Promise<void> {
    this.#thread ??= new Worker(new URL('./checkpointThread.js', import.meta.url), { workerData: this.#path });
    this.#thread.ref();
    this.#thread.postMessage(undefined);
    await once(this.#thread, 'message');
    this.#thread.unref();
  }

  #putOff(error: unknown): void {
    this.#thread = undefined;
    this.#notBefore = Math.max(this.#notBefore, performance.now() + retryAfter);
    this.#log.warn({ err: error }, 'the log of the database was not put into its file; it is tried again in a minute');
  }
}
