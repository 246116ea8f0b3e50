import type { Logger } from 'pino';
import { outsideRequests } from '../observe/currentRequest.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Store } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
import { type Act, type AuditEntry, insertEntries, toEntry } from './entries.ts';

/** Rows per insert. */
const batch = 100;
/** Milliseconds before the next attempt while the store is unavailable. */
const retryPause = 5000;
/** Maximum number of queued entries while the store is unavailable; further ones are lost. */
const maxWaiting = 10_000;

/** Records logins, logouts and failed attempts, which change nothing else. */
export interface AuditTrail {
  /**
   * Queues an act, to be written in a batch. A process that is killed loses the acts of its last 200 ms. Changes of accounts are recorded
   * with the change itself (`recordActs`), logins of returning persons with their session.
   */
  record(tenant: Pick<Tenant, 'id' | 'now'>, act: Act): void;
  /** Resolves when all queued acts have been written, or writing has failed. */
  flush(): Promise<void>;
}

interface Writing {
  store: Store;
  metrics: Metrics;
  log: Logger;
  /** Milliseconds to wait for further entries of a batch; 200 if absent. */
  pause?: number;
}

export function createAuditTrail({ store, metrics, log, pause = 200 }: Writing): AuditTrail {
  const waiting: AuditEntry[] = [];
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  const write = async () => {
    try {
      while (waiting.length > 0) {
        const entries = waiting.slice(0, batch);
        await insertEntries(store, entries);
        waiting.splice(0, entries.length);
      }
    } catch (error) {
      log.error({ err: error, waiting: waiting.length }, 'writing audit entries failed; retrying in 5 s');
      schedule(retryPause);
    }
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(write);
    return writing;
  };
  const schedule = (milliseconds: number) => {
    timer ??= outsideRequests(() => setTimeout(flush, milliseconds).unref());
  };

  return {
    record(tenant, act) {
      const { event, method = 'none', errorCode: code = 'none' } = act;
      if (event === 'login_failed') metrics.failedLogins.inc({ tenant: tenant.id, method, code });
      if (waiting.length === maxWaiting) return metrics.lostAuditEntries.inc();
      waiting.push(toEntry(tenant, act));
      schedule(pause);
    },
    flush,
  };
}
