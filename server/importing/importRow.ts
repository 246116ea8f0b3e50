import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { TenantRows, Transaction } from '../store/tenant.ts';
import { type Counts, noCounts } from './report.ts';

/** How far an import is. */
export interface ImportState {
  id: string;
  counts: Counts;
  /** Committed bytes of the files of refused records and of pairs. */
  refusedBytes: number;
  pairsBytes: number;
}

/** Names an import by its source, its files and the options that change what becomes of a record. */
export function importIdOf(source: string, paths: readonly string[], options: unknown): string {
  const files = paths.map((path) => [basename(path), statSync(path).size]);
  return hash('sha256', JSON.stringify([source, files, options]), 'base64url');
}

/** Finds the import if it was interrupted. A finished one begins anew, and finds its users unchanged. */
export async function findInterrupted({ id: tenantId, store }: TenantRows, id: string): Promise<ImportState | undefined> {
  const row = await store
    .selectFrom('imports')
    .select('counts')
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
  return row && { id, ...(JSON.parse(row.counts) as Omit<ImportState, 'id'>) };
}

export const newState = (id: string): ImportState => ({ id, counts: noCounts(), refusedBytes: 0, pairsBytes: 0 });

/** Records how far an import is, in the transaction of a batch. */
export async function recordState(tx: Transaction, source: string, { id, ...rest }: ImportState, isFinished = false): Promise<void> {
  const now = tx.now();
  const columns = {
    records: rest.counts.records,
    counts: JSON.stringify(rest),
    updated_at: now,
    finished_at: isFinished ? now : null,
  };
  await tx.store
    .insertInto('imports')
    .values({ tenant_id: tx.id, id, source, started_at: now, ...columns })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(columns))
    .execute();
}
