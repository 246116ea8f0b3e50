import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

const sync = promisify(fdatasync);

/**
 * Makes commits durable: runs fdatasync on the WAL in a thread, because SQLite would block the event loop. Commits that arrive during one
 * sync share the next. (A checkpoint would not do: it stops at pages that another process still reads.)
 */
export class WalSync {
  readonly #file: number;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** @param path the WAL, which SQLite keeps as long as the database is open */
  constructor(path: string) {
    this.#file = openSync(path, 'r+');
  }

  /** Resolves once everything committed before the call is on disk. */
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
