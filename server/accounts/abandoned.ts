import { earlierIdOf } from '../webhooks/events.ts';
import { type EventTransaction, recordEvents } from '../webhooks/outbox.ts';
import { profileFields } from './profiles.ts';

/** Columns that hold a user's data or login names; all are null in the row of an anonymous user without data. */
const columns = [...profileFields, 'username', 'email', 'phone', 'password_hash'] as const;

/**
 * Deletes those of the given users that are anonymous and have neither sessions nor data: no one can log in as them again.
 *
 * @param tx the transaction that ended the sessions
 */
export async function deleteAbandoned(tx: EventTransaction, ids: readonly number[]): Promise<void> {
  const { id, store } = tx;
  const deleted = await store
    .deleteFrom('users')
    .where('tenant_id', '=', id)
    .where('id', 'in', ids)
    .where('is_anonymous', '=', 1)
    .where('fields', '=', '{}')
    .where(({ and, eb }) => and(columns.map((column) => eb(column, 'is', null))))
    .where(({ and, not, exists, selectFrom }) =>
      and(
        (['sessions', 'identities'] as const).map((table) =>
          not(
            exists(
              selectFrom(table)
                .select(`${table}.user_id`)
                .whereRef(`${table}.tenant_id`, '=', 'users.tenant_id')
                .whereRef(`${table}.user_id`, '=', 'users.id'),
            ),
          ),
        ),
      ),
    )
    .returning(['id', 'legacy_id', 'legacy_source'])
    .execute();
  for (const user of deleted) await recordEvents(tx, { type: 'user.closed', data: { user_id: user.id, ...earlierIdOf(user) } });
}
