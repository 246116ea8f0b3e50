import type { Logger } from 'pino';
import type { Metrics } from '../observe/metrics.ts';
import type { Store } from '../store/schema.ts';
import { retryTime } from './backOff.ts';
import type { Endpoint } from './endpoints.ts';
import { type Claimed, claimDue } from './queue.ts';
import type { Send } from './send.ts';
import { type Outcome, settle } from './settle.ts';

/** Events that one process sends to one endpoint at once. */
const concurrent = 20;
/**
 * Seconds for which an event is leased to one process, several times the timeout. If the process is killed, the event waits that long.
 */
const lease = 40;
/** Milliseconds between two polls for events of other processes and for retries. */
const lookEvery = 1000;
/** Failures in a row after which an endpoint is tried with one event at a time. */
const failuresInRow = 10;
/** Longest pause between two such attempts, in milliseconds. */
const longestPause = 60_000;
/** Milliseconds before the next poll while the store is unavailable. */
const storePause = 5000;

/** Status of an endpoint that wants no more events. */
const gone = 410;

export interface CourierServices {
  store: Store;
  send: Send;
  /** Unix seconds. */
  now(): number;
  metrics: Metrics;
  log: Logger;
}

/** Sends an endpoint's events, as one of any number of processes. */
export class Courier {
  readonly #endpoint: Endpoint;
  readonly #services: CourierServices;
  readonly #log: Logger;
  #outcomes: Outcome[] = [];
  #running = 0;
  #failures = 0;
  #pausedUntil = 0;
  #stopping = false;
  #ended: Promise<void> | undefined;

  constructor(endpoint: Endpoint, services: CourierServices) {
    this.#endpoint = endpoint;
    this.#services = services;
    this.#log = services.log.child({ tenant: endpoint.tenantId, endpoint: endpoint.name });
  }

  start(): void {
    this.#ended ??= this.#run();
  }

  /** Resolves once the current attempts have ended and are recorded. */
  stop(): Promise<void> {
    this.#stopping = true;
    this.#endpoint.wake();
    return this.#ended ?? Promise.resolve();
  }

  async #run(): Promise<void> {
    while (!this.#stopping || this.#running > 0 || this.#outcomes.length > 0) {
      const found = await this.#round().catch((error: unknown) => {
        this.#log.error({ err: error }, 'webhook deliveries cannot be read or recorded; retrying in 5 s');
        return undefined;
      });
      if (found === undefined && this.#stopping) return;
      if (found === undefined) await this.#endpoint.sleep(storePause);
      else if (!found) await this.#endpoint.sleep(lookEvery);
    }
  }

  /** @returns whether the next poll may find more */
  async #round(): Promise<boolean> {
    const { store, now, log } = this.#services;
    const outcomes = this.#outcomes.slice(0, concurrent * 2);
    if (outcomes.length > 0) {
      await settle({ id: this.#endpoint.tenantId, store, now, log, endpoints: [] }, this.#endpoint, outcomes);
      this.#outcomes.splice(0, outcomes.length);
    }
    const limit = this.#stopping ? 0 : this.#free();
    if (limit <= 0) return this.#outcomes.length > 0;
    const claimed = await claimDue(store, { tenantId: this.#endpoint.tenantId, name: this.#endpoint.name }, { now: now(), lease, limit });
    for (const event of claimed) void this.#attempt(event);
    return claimed.length === limit && this.#free() > 0;
  }

  /** The number of events that may be sent now. */
  #free(): number {
    if (this.#failures < failuresInRow) return concurrent - this.#running;
    return this.#running === 0 && performance.now() >= this.#pausedUntil ? 1 : 0;
  }

  async #attempt(claimed: Claimed): Promise<void> {
    this.#running++;
    const started = performance.now();
    const { status, problem } = await this.#services.send(this.#endpoint, claimed);
    const seconds = (performance.now() - started) / 1000;
    const at = this.#services.now();
    const retries = problem !== undefined && status !== gone && at < claimed.giveUpAt;
    const outcome = { claimed, at, status, problem, retryAt: retries ? retryTime(at, claimed.attempts + 1) : undefined };
    this.#running--;
    this.#outcomes.push(outcome);
    this.#observe(outcome, seconds);
    this.#endpoint.wake();
  }

  #observe({ claimed: { eventId, type, attempts }, status, problem, retryAt, at }: Outcome, seconds: number): void {
    const { webhooks, parkedWebhooks } = this.#services.metrics;
    const { tenantId: tenant, name: endpoint } = this.#endpoint;
    const facts = { event: eventId, type, attempt: attempts + 1, status };
    webhooks.observe({ tenant, endpoint, outcome: problem === undefined ? 'delivered' : 'failed' }, seconds);
    if (problem === undefined) {
      if (this.#failures >= failuresInRow) this.#log.info(facts, 'webhook endpoint answers again');
      else this.#log.debug(facts, 'webhook event delivered');
      this.#failures = 0;
      return;
    }
    this.#failures++;
    if (this.#failures >= failuresInRow) {
      this.#pausedUntil = performance.now() + Math.min(longestPause, 1000 * 2 ** (this.#failures - failuresInRow));
    }
    if (this.#failures === failuresInRow)
      this.#log.error({ ...facts, problem }, 'webhook endpoint fails; trying it with one event at a time');
    if (retryAt !== undefined) {
      this.#log.warn({ ...facts, problem, retry_in_s: retryAt - at }, 'webhook event not delivered');
      return;
    }
    parkedWebhooks.inc({ tenant, endpoint });
    this.#log.error({ ...facts, problem }, 'webhook event given up: npm run admin -- replay-deliveries sends it again');
  }
}
