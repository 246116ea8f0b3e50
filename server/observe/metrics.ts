import { readFileSync } from 'node:fs';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { projectFile } from '../config/project.ts';
import type { LogOutput } from './logOutput.ts';

/** Seconds, from the fastest answers to the timeouts of clients. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Statistics of a connection pool. */
export interface Pool {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
}

/** Events that wait for an endpoint. */
export interface PendingEvents {
  tenant: string;
  endpoint: string;
  pending: number;
}

export type Metrics = ReturnType<typeof createMetrics>;

/** The metrics of `/metrics`. No label has a value that a client chooses. */
export function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  let pool: Pool | undefined;

  new Gauge({
    name: 'login_build_info',
    help: 'Always 1; the version is in the labels.',
    labelNames: ['version', 'node_version'],
    registers,
  }).set({ version: packageVersion(), node_version: process.version }, 1);

  new Gauge({
    name: 'login_store_connections',
    help: 'Connections to PostgreSQL by state, and requests waiting for one.',
    labelNames: ['state'],
    registers,
    collect() {
      if (!pool) return;
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });

  let countPending = async (): Promise<PendingEvents[]> => [];
  let output: Pick<LogOutput, 'dropped'> | undefined;
  new Counter({
    name: 'login_log_lines_dropped_total',
    help: 'Log lines that were dropped because the log could not be written for too long.',
    registers,
    collect() {
      this.reset();
      this.inc(output?.dropped ?? 0);
    },
  });

  return {
    registry,
    watchLog: (watched: Pick<LogOutput, 'dropped'>): void => {
      output = watched;
    },
    watchWebhooks: (count: () => Promise<PendingEvents[]>): void => {
      countPending = count;
    },
    watchPool: (watched: Pool): void => {
      pool = watched;
    },
    requests: new Histogram({
      name: 'login_request_duration_seconds',
      help: 'Requests by operationId and status. Operation "none": not in the contract; status "aborted": the client disconnected.',
      labelNames: ['operation', 'status'],
      buckets,
      registers,
    }),
    upstream: new Histogram({
      name: 'login_upstream_duration_seconds',
      help: 'Requests to the servers of platforms, SMS and mail. Outcome: "answered", or the contract\'s error code.',
      labelNames: ['platform', 'outcome'],
      buckets,
      registers,
    }),
    refusals: new Counter({
      name: 'login_upstream_refusals_total',
      help: "Errors returned by platforms, by the contract's error code.",
      labelNames: ['platform', 'code'],
      registers,
    }),
    hashes: new Histogram({
      name: 'login_password_hash_duration_seconds',
      help: 'Time to hash or verify passwords, including the time in the queue.',
      buckets,
      registers,
    }),
    pendingHashes: new Gauge({
      name: 'login_password_hashes_pending',
      help: 'Passwords that are queued, or being hashed or verified.',
      registers,
    }),
    tasks: new Counter({
      name: 'login_background_tasks_total',
      help: 'Background tasks by outcome: done or failed.',
      labelNames: ['outcome'],
      registers,
    }),
    runningTasks: new Gauge({
      name: 'login_background_tasks_running',
      help: 'Background tasks that are running.',
      registers,
    }),
    webhooks: new Histogram({
      name: 'login_webhook_duration_seconds',
      help: 'Attempts to send an event to a webhook endpoint, by outcome: delivered or failed.',
      labelNames: ['tenant', 'endpoint', 'outcome'],
      buckets,
      registers,
    }),
    parkedWebhooks: new Counter({
      name: 'login_webhook_events_parked_total',
      help: 'Events that were given up: after three days, or because the endpoint answered 410.',
      labelNames: ['tenant', 'endpoint'],
      registers,
    }),
    pendingWebhooks: new Gauge({
      name: 'login_webhook_events_pending',
      help: 'Events that wait for a webhook endpoint, up to ten thousand queues of users; all processes report the same.',
      labelNames: ['tenant', 'endpoint'],
      registers,
      async collect() {
        const counts = await countPending();
        // A reload may have removed some.
        this.reset();
        for (const { tenant, endpoint, pending } of counts) this.set({ tenant, endpoint }, pending);
      },
    }),
    droppedConnections: new Counter({
      name: 'login_connections_dropped_total',
      help: 'Connections closed immediately because the limit of open files was reached.',
      registers,
    }),
    logins: new Counter({
      name: 'login_logins_total',
      help: 'Opened sessions by tenant (POOL, or POOL/ENVIRONMENT) and method: the platform, or the login method without a platform.',
      labelNames: ['tenant', 'method'],
      registers,
    }),
    failedLogins: new Counter({
      name: 'login_failed_logins_total',
      help: "Failed logins by tenant, method and the contract's error code, as in the audit trail.",
      labelNames: ['tenant', 'method', 'code'],
      registers,
    }),
    registrations: new Counter({
      name: 'login_registrations_total',
      help: 'New users by tenant and method. An anonymous user who registers counts twice: as anonymous, and with the method.',
      labelNames: ['tenant', 'method'],
      registers,
    }),
    lostAuditEntries: new Counter({
      name: 'login_audit_entries_lost_total',
      help: 'Audit entries that were lost because the store failed for too long.',
      registers,
    }),
  };
}

const packageVersion = (): string => JSON.parse(readFileSync(projectFile('package.json'), 'utf8')).version;
