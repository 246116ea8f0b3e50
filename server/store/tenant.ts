import type { Logger } from 'pino';
import type { Store } from './schema.ts';

/** An endpoint of webhooks, to those who write events. */
export interface EventEndpoint {
  name: string;
  /** The types of the events that it wants. */
  events: ReadonlySet<string>;
  /** Tells this process that there is an event for it. */
  wake(): void;
}

/** The tenant whose rows a function reads or writes. */
export interface TenantRows {
  /** `POOL`, or `POOL/ENVIRONMENT`: `tenant_id` of every table. */
  id: string;
  store: Store;
}

/** A pool of users or one of the pool's environments: its rows and its clock. Every function on users takes it. */
export interface Tenant extends TenantRows {
  /** Unix seconds. */
  now(): number;
  log: Logger;
  /** Hear of changes of the users. */
  endpoints: readonly EventEndpoint[];
  /** The operator whose command this is, for the audit trail. */
  operator?: string | undefined;
}

/** A tenant whose store is a transaction (`inTransaction`). */
export interface Transaction extends Tenant {
  /** Runs a task once the transaction has committed, and not at all if it is rolled back. */
  afterCommit(task: () => void): void;
}
