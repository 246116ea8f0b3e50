import { sql } from 'kysely';
import { type Placeholders, prepare } from '../store/prepared.ts';
import type { TenantRows } from '../store/tenant.ts';
import { kindOf, prefixOf } from './importedHash.ts';
import { type Recipe, withoutSalt } from './recipes.ts';

const findKinds = prepare((store, { tenantId }: Placeholders<{ tenantId: string }>) =>
  store.selectFrom('password_kinds').select('recipe').where('tenant_id', '=', tenantId).orderBy('id'),
);

/** The kinds of imported hashes that a tenant's users have, as recipes of the same costs. */
export async function kindsOf({ id, store }: TenantRows): Promise<Recipe[]> {
  return (await findKinds(store, { tenantId: id })).map(({ recipe }): Recipe => JSON.parse(recipe));
}

/** Records the kinds of hashes that are imported, in the transaction that stores them. */
export async function recordKinds({ id: tenant_id, store }: TenantRows, recipes: readonly Recipe[], now: number): Promise<void> {
  const kinds = new Map(recipes.map((own) => [kindOf(own), JSON.stringify(withoutSalt(own))]));
  for (const [id, recipe] of kinds) {
    await store
      .insertInto('password_kinds')
      .values({ tenant_id, id, recipe, imported_at: now })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet({ imported_at: now }))
      .execute();
  }
}

/** Seconds after the last import until a kind without users is deleted: the rows of a running import may not be visible yet. */
const keptFor = 86_400;

/** Deletes the kinds whose hashes have all been replaced, so that failed logins no longer cost their work. */
export async function forgetKinds({ id: tenantId, store }: TenantRows, now: number): Promise<void> {
  const kinds = await store
    .selectFrom('password_kinds')
    .select('id')
    .where('tenant_id', '=', tenantId)
    .where('imported_at', '<', now - keptFor)
    .execute();
  for (const { id } of kinds) {
    const rest = [
      await findStored({ id: tenantId, store }, prefixOf('s', id), 1),
      await findStored({ id: tenantId, store }, prefixOf('w', id), 1),
    ];
    if (rest.flat().length > 0) continue;
    await store
      .deleteFrom('password_kinds')
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .where('imported_at', '<', now - keptFor)
      .execute();
  }
}

/** The start of an imported hash, as indexed. */
const prefix = sql<string>`substr(password_hash, 1, 19)`;
const isIndexed = sql<boolean>`substr(password_hash, 1, 9) = 'imported$'`;

/**
 * Finds imported hashes by their start.
 *
 * @param after finds those after this user, in the order of ids
 */
export const findStored = ({ id, store }: TenantRows, start: string, limit: number, after = 0): Promise<{ id: number; stored: string }[]> =>
  store
    .selectFrom('users')
    .select(['id', 'password_hash as stored'])
    .where('tenant_id', '=', id)
    .where(isIndexed)
    .where(prefix, '=', start)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .$narrowType<{ stored: string }>()
    .execute();

/** Replaces an imported hash, unless a login or a change of the password has done so in the meantime. */
export async function replaceStored({ id: tenantId, store }: TenantRows, user: number, before: string, after: string): Promise<boolean> {
  const { numUpdatedRows } = await store
    .updateTable('users')
    .set({ password_hash: after })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', user)
    .where('password_hash', '=', before)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}
