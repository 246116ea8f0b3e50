import type { components } from '../../generated/types.ts';
import type { Tenant } from '../store/tenant.ts';
import { isTombstone, stateAt } from './userState.ts';

type LegacyUser = components['schemas']['LegacyUser'];

/**
 * Finds users by their ids in the systems that they were imported from. The id of a merged account finds the user who took it in.
 *
 * @param source only users from this system
 */
export async function findByLegacyIds(
  { id: tenantId, store, now }: Tenant,
  ids: readonly string[],
  source?: string,
): Promise<LegacyUser[]> {
  const imported = store
    .selectFrom('users')
    .select(['id', 'legacy_id', 'legacy_source', 'state', 'banned_until', 'closing_at', 'merged_into'])
    .where('tenant_id', '=', tenantId)
    .where('legacy_id', 'in', ids);
  const rows = await (source === undefined ? imported : imported.where('legacy_source', '=', source)).execute();
  const survivors = new Map((await findStates(rows.flatMap(({ merged_into }) => merged_into ?? []))).map((row) => [row.id, row]));
  return rows.flatMap((row) => {
    const user = row.merged_into === null ? row : survivors.get(row.merged_into);
    const { legacy_id, legacy_source } = row;
    if (!user || isTombstone(user) || legacy_id === null || legacy_source === null) return [];
    return [{ user_id: user.id, legacy_id, legacy_source, state: stateAt(user, now()) }];
  });

  async function findStates(merged: readonly number[]) {
    if (merged.length === 0) return [];
    return store
      .selectFrom('users')
      .select(['id', 'state', 'banned_until', 'closing_at'])
      .where('tenant_id', '=', tenantId)
      .where('id', 'in', merged)
      .execute();
  }
}
