import { sql } from 'kysely';
import type { Logger } from 'pino';
import { deleteAbandoned } from '../accounts/abandoned.ts';
import type { Settings } from '../config/settings.ts';
import { undoWindow } from '../merging/snapshots.ts';
import { isPostgres } from '../store/isPostgres.ts';
import type { Schema, Store } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
import type { Endpoints } from '../webhooks/endpoints.ts';
import { pause } from './pause.ts';
import { createSteadyClock } from './steadyClock.ts';

/** A table whose rows expire. */
export interface Perishable {
  table: keyof Schema;
  key: readonly string[];
  /** Holds unix seconds, and leads an index. */
  column: string;
  /** Seconds from that time until a row may be deleted. */
  age: number;
  /** Deletes further rows of the deleted rows' users, in the same transaction. */
  takeAlong?: (tx: Tenant, userIds: number[]) => Promise<void>;
}

/** All tables whose rows expire. */
export const perishables = ({ auditDays }: Pick<Settings, 'auditDays'>): Perishable[] => [
  { table: 'sessions', key: ['tenant_id', 'token_hash'], column: 'expires_at', age: 0, takeAlong: deleteAbandoned },
  { table: 'sms_codes', key: ['tenant_id', 'phone'], column: 'expires_at', age: 0 },
  { table: 'mail_links', key: ['tenant_id', 'user_id', 'kind'], column: 'expires_at', age: 0 },
  { table: 'web_logins', key: ['tenant_id', 'secret_hash'], column: 'expires_at', age: 0 },
  { table: 'merge_tickets', key: ['tenant_id', 'session_hash', 'other_id'], column: 'expires_at', age: 0 },
  { table: 'scan_logins', key: ['tenant_id', 'ticket_hash'], column: 'expires_at', age: 0 },
  { table: 'merges', key: ['tenant_id', 'merged_id'], column: 'merged_at', age: undoWindow },
  { table: 'rate_limits', key: ['tenant_id', 'limit_name', 'subject'], column: 'until', age: 0 },
  { table: 'picture_checks', key: ['tenant_id', 'check_id'], column: 'until', age: 0 },
  { table: 'received_pushes', key: ['tenant_id', 'platform', 'platform_app_id', 'push_key'], column: 'until', age: 0 },
  { table: 'known_addresses', key: ['tenant_id', 'subject'], column: 'until', age: 0 },
  { table: 'audit_entries', key: ['tenant_id', 'at', 'id'], column: 'at', age: auditDays * 86_400 },
  { table: 'webhook_deliveries', key: ['tenant_id', 'id'], column: 'expires_at', age: 0 },
];

/** Rows per statement: few, so that no request waits long for the locks. */
const batchSize = 500;
/** Milliseconds between two statements. */
const batchPause = 50;
/** Milliseconds between two rounds. */
const roundPause = 60_000;

export interface CleanupServices {
  store: Store;
  endpoints: Endpoints;
  log: Logger;
  /** Unix seconds. */
  now(): number;
}

/** Deletes everything else that has expired by a time (unix seconds): accounts, files. */
export type CleanupJob = (at: number, signal: AbortSignal) => Promise<void>;

export interface Cleanup {
  /** Resolves after the last deletion. */
  stop(): Promise<void>;
}

/**
 * Starts to delete expired rows and to close accounts that are due, periodically. Several processes may do so at once: on PostgreSQL they
 * skip rows that others have locked, on SQLite they wait for each other.
 */
export function startCleanup(services: CleanupServices, tables: readonly Perishable[], ...more: CleanupJob[]): Cleanup {
  const { now, log } = services;
  const stopped = new AbortController();
  const { signal } = stopped;
  const clock = createSteadyClock(services);
  const round = async () => {
    const at = now();
    if (!(await clock.isRight(at))) return;
    await removeWorthless(services, tables, at, signal);
    for (const job of more) await job(at, signal);
    await clock.record(at);
  };
  const rounds = async () => {
    while (!signal.aborted) {
      await round().catch((error) => log.warn(error, 'deleting expired rows or closing accounts failed; retrying in 60 s'));
      await pause(roundPause, signal);
    }
  };
  const ended = rounds();
  return {
    stop() {
      stopped.abort();
      return ended;
    },
  };
}

/**
 * Deletes rows that have expired, in batches.
 *
 * @param at the current time in unix seconds
 * @param signal stops after the current batch
 */
export async function removeWorthless(
  services: CleanupServices,
  tables: readonly Perishable[],
  at: number,
  signal: AbortSignal,
): Promise<void> {
  for (const perishable of tables) {
    while (!signal.aborted && (await removeBatch(services, perishable, at)) > 0) await pause(batchPause, signal);
  }
}

/** @returns the number of deleted rows */
async function removeBatch(services: CleanupServices, { table, key, column, age, takeAlong }: Perishable, at: number): Promise<number> {
  const { store, endpoints } = services;
  const columns = sql.join(key.map((name) => sql.ref(name)));
  const worthless = sql`${sql.table(table)} where ${sql.ref(column)} <= ${at - age}`;
  let [ofOneTenant, skipLocked] = [sql``, sql``];
  if (isPostgres(store)) {
    // One tenant per statement: engines that distribute tables by tenant cannot lock rows of several tenants at once.
    const { rows } = await sql<{ tenant_id: string }>`select tenant_id from ${worthless} order by ${sql.ref(column)} limit 1`.execute(
      store,
    );
    if (!rows[0]) return 0;
    ofOneTenant = sql`and tenant_id = ${rows[0].tenant_id}`;
    skipLocked = sql`for update skip locked`;
  }
  const remove = sql`
    delete from ${sql.table(table)} where (${columns}) in (
      select ${columns} from ${worthless} ${ofOneTenant} order by ${sql.ref(column)} limit ${batchSize} ${skipLocked}
    ) ${ofOneTenant}`;
  if (!takeAlong) return Number((await remove.execute(store)).numAffectedRows);
  return store.transaction().execute(async (transaction) => {
    const { rows } = await sql<Owned>`${remove} returning tenant_id, user_id`.execute(transaction);
    for (const [id, owned] of Map.groupBy(rows, ({ tenant_id }) => tenant_id)) {
      await takeAlong({ ...services, id, store: transaction, endpoints: endpoints.of(id) }, [
        ...new Set(owned.map(({ user_id }) => user_id)),
      ]);
    }
    return rows.length;
  });
}

interface Owned {
  tenant_id: string;
  user_id: number;
}
