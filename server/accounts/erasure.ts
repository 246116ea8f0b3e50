import { sql, type Updateable } from 'kysely';
import { recordActs } from '../audit/entries.ts';
import type { UserRow, UserTable } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { erasedColumns } from './erasedColumns.ts';
import { deleteRowsOf } from './userData.ts';
import { mergedFrom, writeUser } from './users.ts';

/** Columns of a user's row that a tombstone keeps. */
type Kept = 'tenant_id' | 'id' | 'created_at' | 'updated_at' | 'closing_at' | 'merged_into' | 'legacy_id' | 'legacy_source';

/** A closed user's columns. A new column of a user does not compile unless it is here, in `erasedColumns` or above. */
const tombstone: Required<Omit<Updateable<UserTable>, Kept>> = {
  ...erasedColumns,
  is_anonymous: 0,
  state: 'closed',
};

/**
 * Erases an account: its names, identities and sessions go, and its row becomes a tombstone. `closing_at` stays until the audit trail is
 * erased, too; the id in another system stays, so that no later import creates the account anew. Accounts that were merged into it are
 * closed with it, because they were the same person's.
 *
 * @param user the locked row; its verified number and address are locked, too
 */
export async function eraseAccount(tx: Transaction, user: UserRow): Promise<void> {
  await deleteRowsOf(tx, user);
  await writeUser(tx, user.id, { ...tombstone, updated_at: tx.now() });
  await closeMerged(tx, user);
  await recordActs(tx, { event: 'user_closed', userId: user.id });
  await recordEvents(tx, { type: 'user.closed', data: { user_id: user.id } });
}

/** Makes closed tombstones of merged ones, whose audit entries are erased like those of any closed user. */
async function closeMerged({ id, store, now }: Transaction, user: UserRow): Promise<void> {
  const merged = mergedFrom(user);
  if (merged.length === 0) return;
  await store
    .updateTable('users')
    .set({ ...tombstone, merged_into: null, closing_at: user.closing_at ?? now(), updated_at: now() })
    .where('tenant_id', '=', id)
    .where('id', 'in', merged)
    .where('merged_into', '=', user.id)
    .execute();
}

/** Entries of one transaction. */
const batchSize = 500;

/**
 * Erases personal data in a batch of a closed user's audit entries: what happened and when remains. After the last batch, the user is no
 * longer due.
 *
 * @param user the locked row
 */
export async function eraseTrail(tx: Transaction, { id: user_id }: UserRow): Promise<void> {
  const key = ['tenant_id', 'at', 'id'] as const;
  const columns = sql.join(key.map((name) => sql.ref(name)));
  const { numUpdatedRows } = await tx.store
    .updateTable('audit_entries')
    .set({ ip: null, request_id: null, own_request_id: null })
    .where(({ selectFrom }) => {
      const batch = selectFrom('audit_entries')
        .select(key)
        .where('tenant_id', '=', tx.id)
        .where('user_id', '=', user_id)
        .where(({ or, eb }) => or((['ip', 'request_id', 'own_request_id'] as const).map((name) => eb(name, 'is not', null))))
        .limit(batchSize);
      return sql<boolean>`(${columns}) in ${batch}`;
    })
    .executeTakeFirstOrThrow();
  if (numUpdatedRows < batchSize) await writeUser(tx, user_id, { closing_at: null });
}
