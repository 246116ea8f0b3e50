import type { AuditEvent } from '../store/schema.ts';
import type { TenantRows } from '../store/tenant.ts';
import type { AuditEntry } from './entries.ts';

export interface AuditSearch {
  userId?: number;
  event?: AuditEvent;
  errorCode?: string;
  ip?: string;
  /** The id that the answer named. */
  requestId?: string;
  /** Unix seconds, inclusive. */
  since?: number;
  /** Unix seconds, exclusive. */
  until?: number;
  limit: number;
}

/** Finds entries of the audit trail, the latest first. */
export function searchAudit(
  { id, store }: TenantRows,
  { userId, event, errorCode, ip, requestId, since, until, limit }: AuditSearch,
): Promise<AuditEntry[]> {
  let query = store.selectFrom('audit_entries').selectAll().where('tenant_id', '=', id);
  if (userId !== undefined) query = query.where('user_id', '=', userId);
  if (event !== undefined) query = query.where('event', '=', event);
  if (errorCode !== undefined) query = query.where('error_code', '=', errorCode);
  if (ip !== undefined) query = query.where('ip', '=', ip);
  if (requestId !== undefined) query = query.where('request_id', '=', requestId);
  if (since !== undefined) query = query.where('at', '>=', since);
  if (until !== undefined) query = query.where('at', '<', until);
  return query.orderBy('at', 'desc').orderBy('id', 'desc').limit(limit).execute();
}
