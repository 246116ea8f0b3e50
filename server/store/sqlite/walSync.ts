import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

const sync = promisify(fdatasync);

/**
 * Makes commits durable by fdatasync on the WAL in a thread, because SQLite would block the event loop. Commits that arrive during a sync
 * share the next one. A checkpoint is no substitute: it stops at pages that another process is reading.
 */
export class WalSync {
  readonly #file: number;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** @param path the WAL, which exists while the database is open */
  constructor(path: string) {
    this.#file = openSync(path, 'r+');
  }

  /** Resolves when all commits before the call are on disk. */
  sync(): Promise<void> {
    if (!this.#running) return this.#start();
    this.#next ??= this.#running.catch(() => undefined).then(() => this.#start());
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#next?.catch(() => undefined);
    await this.#running?.catch(() => undefined);
    closeSync(this.#file);
  }

  #start(): Promise<void> {
    this.#next = undefined;
    this.#running = sync(this.#file).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }
}
