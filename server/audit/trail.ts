import type { Logger } from 'pino';
import { outsideRequests } from '../observe/currentRequest.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { Store } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
import { type Act, type AuditEntry, insertEntries, toEntry } from './entries.ts';

/** Rows of one transaction. */
const batch = 100;
/** Milliseconds before the next attempt where the store is away. */
const retryPause = 5000;
/** Entries that may wait for a store that is away; what comes after them is lost. */
const mostWaiting = 10_000;

/** The part of the audit trail that changes nothing else: who logged in and out, and who tried. */
export interface AuditTrail {
  /**
   * Notes an act, to be written with others a moment later, so that it costs no transaction of its own; a process that is killed loses the
   * acts of its last fifth of a second. Changes of accounts are written with the change itself (`recordActs`), and a returning person's
   * login with its session (`logInAgain`).
   */
  record(tenant: Pick<Tenant, 'id' | 'now'>, act: Act): void;
  /** Resolves when everything noted has been written, or the store has refused it. */
  flush(): Promise<void>;
}

interface Writing {
  store: Store;
  metrics: Metrics;
  log: Logger;
  /** Milliseconds that an entry waits for others to be written with; 200 when absent. */
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
      log.error({ err: error, waiting: waiting.length }, 'the audit trail is not written');
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
      if (waiting.length === mostWaiting) return metrics.lostAuditEntries.inc();
      waiting.push(toEntry(tenant, act));
      schedule(pause);
    },
    flush,
  };
}
