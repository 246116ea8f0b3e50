import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Logger } from 'pino';
import { outsideRequests } from '../../observe/currentRequest.ts';
import type { Run } from './statements.ts';

/** Pages in the WAL that start a checkpoint, 32 MiB: eight times SQLite's default, because many logins rewrite the same pages. */
export const checkpointPages = 16_000;
/** Milliseconds until the next attempt after a failed checkpoint. */
const retryPause = 60_000;

/** Runs work while no transaction is open. */
type Exclusively = (work: () => Promise<void>) => Promise<void>;

/**
 * Checkpoints a database's WAL in a thread. SQLite would do so within a commit, and block the event loop while the disk writes pages all
 * over the file.
 */
export class SqliteCheckpointer {
  readonly #path: string;
  readonly #log: Logger;
  #thread: Worker | undefined;
  #running: Promise<void> | undefined;
  /** By `performance.now()`. */
  #notBefore = 0;

  /** @param path the database's file */
  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  /**
   * Starts a checkpoint if the WAL is long: first while writes continue, then the remainder while no transaction is open, so that SQLite
   * can restart the WAL from its beginning.
   *
   * @param run runs a query on the writing connection
   */
  runIfDue(run: Run, exclusively: Exclusively): void {
    if (this.#running || performance.now() < this.#notBefore) return;
    const [wal] = run<{ log: number; checkpointed: number }>({ sql: 'pragma wal_checkpoint(noop)', parameters: [] }).rows;
    if (!wal || wal.log - wal.checkpointed < checkpointPages) return;
    this.#running = outsideRequests(() => this.#run(exclusively))
      .catch((error: unknown) => this.#postpone(error))
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** Waits for the running checkpoint and prevents further ones. */
  async close(): Promise<void> {
    this.#notBefore = Number.POSITIVE_INFINITY;
    await this.#running;
    await this.#thread?.terminate();
  }

  async #run(exclusively: Exclusively): Promise<void> {
    await this.#checkpoint();
    await exclusively(() => this.#checkpoint());
  }

  async #checkpoint(): Promise<void> {
    this.#thread ??= new Worker(new URL('./checkpointThread.js', import.meta.url), { workerData: this.#path });
    this.#thread.ref();
    this.#thread.postMessage(undefined);
    await once(this.#thread, 'message');
    this.#thread.unref();
  }

  #postpone(error: unknown): void {
    this.#thread = undefined;
    this.#notBefore = Math.max(this.#notBefore, performance.now() + retryPause);
    this.#log.warn({ err: error }, 'WAL checkpoint failed; retrying in 60 s');
  }
}
