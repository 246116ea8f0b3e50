import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ApiError, type ErrorCode, type FieldError, type Text } from '../errors.ts';
import { outsideRequests, trackWait } from '../observe/currentRequest.ts';
import type { Store } from '../store/schema.ts';
import { type Budget, type FoundUsers, type Listing, listBudget } from './listing.ts';
import { tooExpensive, tookTooLong } from './tooExpensive.ts';

/** Finds lists of users without delaying other requests. */
export interface UserLists {
  /** @throws query_too_expensive if the budget is exceeded; store_unavailable if too many lists are waiting */
  find(listing: Listing): Promise<FoundUsers>;
  close(): Promise<void>;
}

/** Data that the thread is started with. */
export interface ListThreadData {
  databaseUrl: string;
  budget: Budget;
}

/** Messages of the thread: first that it is ready, then an outcome of each listing. */
export type ListOutcome =
  | { found: FoundUsers }
  | { refused: { code: ErrorCode; text: Text; errors?: FieldError[]; retryAfter?: number } }
  | { fault: string };

/** Maximum length of the queue, and milliseconds that a list may wait in it. */
const maxWaiting = 16;
const queueTimeout = 10_000;
/** Seconds. */
const retryAfter = 2;
/** Milliseconds that a list may exceed its budget before its thread is terminated. */
const grace = 500;
/** Milliseconds that a thread may take to start. */
const startTimeout = 30_000;
/** MiB of heap that a list may use. */
const maxMemory = 256;

/**
 * Runs lists in a separate thread, unless the database is in memory, visible only to the store's connection.
 *
 * @param databaseUrl `DATABASE_URL`, see `openStore`
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
    // Loaded on demand: the pattern matcher is slow to load, and in production only the thread needs it.
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
 * Finds one list at a time in one thread with its own connection, so that lists use at most one core and one connection. A list that
 * exceeds its time is terminated with the thread, and the next one starts a new thread.
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
    if (this.#waiting.length >= maxWaiting) throw tooMany();
    const since = performance.now();
    try {
      return await new Promise<FoundUsers>((resolve, reject) => {
        this.#waiting.push({ listing, since, resolve, reject });
        if (!this.#running) this.#runNext();
      });
    } finally {
      trackWait('store', 'list', performance.now() - since);
    }
  }

  async close(): Promise<void> {
    for (const { reject } of this.#waiting.splice(0)) reject(tooMany());
    await this.#end(tooMany());
  }

  #runNext(): void {
    this.#running = this.#waiting.shift();
    if (!this.#running) return;
    if (performance.now() - this.#running.since > queueTimeout) {
      this.#settle(({ reject }) => reject(tooMany()));
    } else if (this.#thread && this.#ready) {
      this.#send(this.#running);
    } else {
      if (!this.#thread) this.#start();
      this.#endAfter(startTimeout, () => new Error('list thread did not start'));
    }
  }

  #start(): void {
    const data: ListThreadData = this.#data;
    const url = new URL(`./listThread${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
    const thread = outsideRequests(() => new Worker(url, { workerData: data, resourceLimits: { maxOldGenerationSizeMb: maxMemory } }));
    thread.unref();
    this.#thread = thread;
    this.#ready = false;
    thread.on('message', (outcome: ListOutcome | undefined) => {
      if (thread === this.#thread) this.#onMessage(outcome);
    });
    thread.on('error', (error: Error) => {
      if (thread === this.#thread) void this.#end(isOutOfMemory(error) ? tooExpensive(tooMuchMemory, simplify) : error);
    });
  }

  #onMessage(outcome: ListOutcome | undefined): void {
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
    this.#endAfter(this.#data.budget.time + grace, () => tooExpensive(tookTooLong(this.#data.budget.time), simplify));
    this.#thread?.postMessage(listing);
  }

  #endAfter(milliseconds: number, reason: () => Error): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#end(reason()), milliseconds).unref();
  }

  /** Terminates the thread and fails the running list. */
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

const tooMany = () =>
  new ApiError('store_unavailable', {
    text: { en: 'Too many lists of users are queued. Try again soon.', zh: '排队的用户列表过多，请稍后再试。' },
    retryAfter,
  });

/** Advice for a list that did not stop by itself. */
const simplify: Text = { en: 'Use fewer conditions and shorter patterns.', zh: '请减少条件，并缩短匹配模式。' };
const tooMuchMemory: Text = { en: 'it needed too much memory', zh: '占用内存过多' };
