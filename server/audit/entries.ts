import { randomInt } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { LocalMethod } from '../config/apps.ts';
import type { ErrorCode } from '../errors.ts';
import { currentRequest } from '../observe/currentRequest.ts';
import { type Placeholders, prepare } from '../store/prepared.ts';
import type { AuditEntryTable, AuditEvent, IdentityPlatform, Store } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';

/** Maximum lengths of the columns: enough for an IPv6 address with a zone, an operationId and a name. Longer texts are cut. */
const longestIp = 64;
const longestOperation = 64;
const longestOperator = 64;

/** An act to record. Its address, operation and request id are those of the current request. */
export interface Act {
  event: AuditEvent;
  /** Undefined if the login name or identity is unknown. */
  userId: number | undefined;
  /** The platform, or the login method without a platform. */
  method?: IdentityPlatform | LocalMethod | 'password';
  /** Error code of a failed login. */
  errorCode?: ErrorCode;
}

export type AuditEntry = Selectable<AuditEntryTable>;

/** Writes audit entries in the transaction that makes the changes, so that neither is committed without the other. */
export async function recordActs(tx: Tenant, ...acts: Act[]): Promise<void> {
  for (const act of acts) await insertEntry(tx.store, toEntry(tx, act));
}

export const insertEntry = prepare(
  (
    store,
    { tenant_id, at, id, event, user_id, method, error_code, operation, ip, request_id, own_request_id, done_by }: Placeholders<AuditEntry>,
  ) =>
    store
      .insertInto('audit_entries')
      .values({ tenant_id, at, id, event, user_id, method, error_code, operation, ip, request_id, own_request_id, done_by }),
);

/** Inserts entries with one statement. */
export async function insertEntries(store: Store, entries: AuditEntry[]): Promise<void> {
  // A retried insert may already exist.
  await store
    .insertInto('audit_entries')
    .values(entries)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export function toEntry(
  { id: tenant_id, now, operator }: Pick<Tenant, 'id' | 'now' | 'operator'>,
  { event, userId, method, errorCode }: Act,
): AuditEntry {
  const request = currentRequest();
  return {
    tenant_id,
    at: now(),
    id: newEntryId(),
    event,
    user_id: userId ?? null,
    method: method ?? null,
    error_code: errorCode ?? null,
    operation: request ? (request.operationId ?? request.path).slice(0, longestOperation) : 'admin',
    // Cut, because a proxy may send any text.
    ip: request?.ip?.slice(0, longestIp) ?? null,
    request_id: request?.id ?? null,
    own_request_id: request?.ownId ?? null,
    done_by: operator?.slice(0, longestOperator) ?? null,
  };
}

/**
 * Generates an id that sorts the entries of one second: the microsecond, followed by a counter with a random start in each process, so that
 * ids never collide.
 */
function newEntryId(): number {
  const microsecond = Math.floor((performance.timeOrigin + performance.now()) * 1000) % 1_000_000;
  count = (count + 1) % 2 ** 32;
  return microsecond * 2 ** 32 + count;
}
let count = randomInt(2 ** 32);
