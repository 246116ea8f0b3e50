import type { AuditEntry } from '../../server/audit/entries.ts';
import type { TestServer } from './server.ts';

/** Reads the whole audit trail, after background tasks have settled. */
export async function auditOf({ store, services }: TestServer): Promise<AuditEntry[]> {
  await services.background.settled();
  await services.audit.flush();
  return store.selectFrom('audit_entries').selectAll().orderBy('at').orderBy('id').execute();
}
