import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ApiError, type ErrorCode, type FieldError } from '../errors.ts';
import { noteWait, outsideRequests } from '../observe/currentRequest.ts';
import type { Store } from '../store/schema.ts';
import { type Budget, type FoundUsers, type Listing, listBudget } from './listing.ts';

/** Finds lists of users, however much they cost, without keeping anything else waiting. */
export interface UserLists {
  /** @throws query_too_expensive past the budget; store_unavailable if too many lists wait already */
  find(listing: Listing): Promise<FoundUsers>;
  close(): Promise<void>;
}

/** Data that the thread starts with. */
export interface ListThreadData {
  databaseUrl: string;
  budget: Budget;
}

/** Messages of the thread: first that it is ready, then an outcome of each listing. */
export type ListOutcome =
  | { found: FoundUsers }
  | { refused: { code: ErrorCode; message: string; errors?: FieldError[]; retryAfter?: number } }
  | { fault: string };

/** Lists that may wait for others, and milliseconds that one may wait. */
const mostWaiting = 16;
const patience = 10_000;
/** Seconds: a list that cannot run now may soon. */
const retryAfter = 2;
/** Milliseconds past its budget in which a list may stop by itself. */
const grace = 500;
/** Milliseconds that a thread may take to start. */
const startTimeout = 30_000;
/** MiB of objects that a list may make. */
const mostMemory = 256;

/**
 * Runs lists in a separate thread, unless only the store's own connection sees the database.
 *
 * @param databaseUrl `DATABASE_URL`, as `openStore` takes it
 */
export const createUserLists = (databaseUrl: string, store: Store, budget = listBudget): UserLists =>
  databaseUrl === 'sqlite::memory:' ? new InlineLists(store, budget) : new ThreadedLists({ databaseUrl, budget });

class InlineLists implements UserLists {
  readonly #store: Store;
  readonly #budget: Budget;

  constructor(store: Store, budget: Budget) {
    this.#store = store;
    this.#budget = budget;
  }

  async find(listing: Listing): Promise<FoundUsers> {
    // Loading the pattern matcher takes time; in production the thread loads it.
    const { findUsers } = await import('./findUsers.ts');
    return findUsers(this.#store, listing, this.#budget);
  }

  async close(): Promise<void> {}
}

interface Waiting {
  listing: Listing;
  since: number;
  resolve(found: FoundUsers): void;
  reject(error: unknown): void;
}

/**
 * Finds one list at a time in one thread with its own connection: lists take at most one core and one connection, and logins have the
 * rest. A list that exceeds its time is ended with the thread, and the next one gets a new thread.
 */
class ThreadedLists implements UserLists {
  readonly #data: ListThreadData;
  readonly #waiting: Waiting[] = [];
  #running: Waiting | undefined;
  #thread: Worker | undefined;
  #ready = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(data: ListThreadData) {
    this.#data = data;
  }

  async find(listing: Listing): Promise<FoundUsers> {
    if (this.#waiting.length >= mostWaiting) throw tooMany();
    const since = performance.now();
    try {
      return await new Promise<FoundUsers>((resolve, reject) => {
        this.#waiting.push({ listing, since, resolve, reject });
        if (!this.#running) this.#runNext();
      });
    } finally {
      noteWait('store', 'list', performance.now() - since);
    }
  }

  async close(): Promise<void> {
    for (const { reject } of this.#waiting.splice(0)) reject(tooMany());
    await this.#end(tooMany());
  }

  #runNext(): void {
    this.#running = this.#waiting.shift();
    if (!this.#running) return;
    if (performance.now() - this.#running.since > patience) {
      this.#settle(({ reject }) => reject(tooMany()));
    } else if (this.#thread && this.#ready) {
      this.#send(this.#running);
    } else {
      if (!this.#thread) this.#start();
      this.#endAfter(startTimeout, () => new Error('the thread of lists does not start'));
    }
  }

  #start(): void {
    const data: ListThreadData = this.#data;
    const url = new URL(`./listThread${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
    const thread = outsideRequests(() => new Worker(url, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: mostMemory } }));
    thread.unref();
    this.#thread = thread;
    this.#ready = false;
    thread.on('message', (outcome: ListOutcome | undefined) => {
      if (thread === this.#thread) this.#hear(outcome);
    });
    thread.on('error', (error: Error) => {
      if (thread === this.#thread) void this.#end(isOutOfMemory(error) ? tooExpensive('it needed too much memory') : error);
    });
  }

  #hear(outcome: ListOutcome | undefined): void {
    if (!outcome) {
      this.#ready = true;
      if (this.#running) this.#send(this.#running);
      return;
    }
    this.#settle(({ resolve, reject }) => {
      if ('found' in outcome) resolve(outcome.found);
      else if ('refused' in outcome) reject(new ApiError(outcome.refused.code, outcome.refused));
      else reject(new Error('a list failed', { cause: outcome.fault }));
    });
  }

  #send({ listing }: Waiting): void {
    this.#endAfter(this.#data.budget.time + grace, () => tooExpensive(`it took more than ${this.#data.budget.time} milliseconds`));
    this.#thread?.postMessage(listing);
  }

  #endAfter(milliseconds: number, reason: () => Error): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#end(reason()), milliseconds).unref();
  }

  /** Ends the thread with the list that runs. */
  async #end(reason: Error): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
    if (this.#running) this.#settle(({ reject }) => reject(reason));
  }

  #settle(answer: (running: Waiting) => void): void {
    clearTimeout(this.#timer);
    const running = this.#running;
    this.#running = undefined;
    if (running) answer(running);
    this.#runNext();
  }
}

const isOutOfMemory = (error: Error) => 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

const tooMany = () => new ApiError('store_unavailable', { message: 'Too many lists of users wait. Try again soon.', retryAfter });

/** Error of a list that its thread could not stop. */
const tooExpensive = (reason: string) =>
  new ApiError('query_too_expensive', { message: `The list costs too much: ${reason}. Ask for fewer conditions and shorter patterns.` });
