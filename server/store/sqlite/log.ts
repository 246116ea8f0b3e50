import { open } from 'node:fs/promises';
import { outsideRequests } from '../../observe/currentRequest.ts';

/** Milliseconds after which what is to be durable soon is made so. */
const soon = 1000;

/** A database's write-ahead log, as far as what is in it becomes durable later than it was written. */
export class SqliteLog {
  readonly #path: string;
  #waiting: NodeJS.Timeout | undefined;
  #synchronized = Promise.resolve();
  #failed = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Whether it could not be synchronized. Each commit must then wait for the disk by itself, and says what is wrong with it. */
  get failed(): boolean {
    return this.#failed;
  }

  synchronizeSoon(): void {
    this.#waiting ??= outsideRequests(() => setTimeout(() => this.#synchronize(), soon).unref());
  }

  /** Resolves when nothing is left that is to be durable soon. */
  async settle(): Promise<void> {
    if (this.#waiting) this.#synchronize();
    await this.#synchronized;
  }

  /** Beside whatever else goes on, and not by a checkpoint, which does nothing as long as another process reads. */
  #synchronize(): void {
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    this.#synchronized = synchronize(this.#path).catch(() => {
      this.#failed = true;
    });
  }
}

async function synchronize(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.datasync().finally(() => file.close());
}
