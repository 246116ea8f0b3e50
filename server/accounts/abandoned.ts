import type { TenantRows } from '../store/tenant.ts';

/** What a user can write of themselves, or is known by; an anonymous user of whom nothing of it is known has no data. */
const columns = [
  'nickname',
  'avatar',
  'gender',
  'language',
  'city',
  'province',
  'country',
  'username',
  'email',
  'phone',
  'password_hash',
] as const;

/**
 * Deletes those of the users who are anonymous, have no session any more and have left nothing: nobody can come back to them.
 *
 * @param tx the transaction that ended the sessions
 */
export async function deleteAbandoned({ id, store }: TenantRows, ids: readonly number[]): Promise<void> {
  await store
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
    .execute();
}
