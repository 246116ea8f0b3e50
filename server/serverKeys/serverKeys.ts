import { randomBytes } from 'node:crypto';
import type { OperationId } from '../../generated/operations.ts';
import { operationScopes } from '../../generated/serverKeys.ts';
import { hashToken } from '../crypto/tokens.ts';
import { type Placeholders, prepare } from '../store/prepared.ts';
import type { Tenant, TenantRows } from '../store/tenant.ts';
import { type KeyOwner, newKeyText } from './keyText.ts';

export type Scope = (typeof operationScopes)[keyof typeof operationScopes];
/** Every scope that an operation of the contract needs. */
export const allScopes: readonly Scope[] = [...new Set(Object.values(operationScopes))].sort();

const scopes: { readonly [Op in OperationId]?: Scope } = operationScopes;

/** The scope that a server key needs for an operation; undefined if the operation takes no server key. */
export const scopeOf = (operationId: OperationId): Scope | undefined => scopes[operationId];

export interface ServerKey {
  id: string;
  scopes: readonly string[];
}

const findRow = prepare((store, { tenantId, keyHash, clientId }: Placeholders<{ tenantId: string; keyHash: string; clientId: string }>) =>
  store
    .selectFrom('server_keys')
    .select(['id', 'scopes', 'last_used_at'])
    .where('tenant_id', '=', tenantId)
    .where('key_hash', '=', keyHash)
    .where('client_id', '=', clientId),
);

/** Minimum seconds between two updates of `last_used_at`: at most one write a minute for each key. */
const recordEvery = 60;

/**
 * Finds an app's key. Every request looks it up, so that a revoked key is refused from the next request on.
 *
 * @param later runs work after the request
 */
export async function findServerKey(
  tenant: Tenant,
  clientId: string,
  text: string,
  later: (work: () => Promise<void>) => void,
): Promise<ServerKey | undefined> {
  const [row] = await findRow(tenant.store, { tenantId: tenant.id, keyHash: hashToken(text), clientId });
  if (!row) return undefined;
  const now = tenant.now();
  if ((row.last_used_at ?? 0) <= now - recordEvery) later(() => recordUse(tenant, row.id, now));
  return { id: row.id, scopes: row.scopes.split(' ') };
}

async function recordUse({ id: tenantId, store }: TenantRows, id: string, now: number): Promise<void> {
  await store
    .updateTable('server_keys')
    .set({ last_used_at: now })
    .where('tenant_id', '=', tenantId)
    .where('id', '=', id)
    .where(({ eb, or }) => or([eb('last_used_at', 'is', null), eb('last_used_at', '<=', now - recordEvery)]))
    .execute();
}

/** @returns the key, which is stored as a hash only */
export async function createServerKey(
  { id: tenant_id, store, now }: Tenant,
  owner: KeyOwner,
  { name, scopes }: { name: string; scopes: readonly Scope[] },
): Promise<{ id: string; key: string }> {
  const key = newKeyText(owner);
  const id = randomBytes(6).toString('hex');
  await store
    .insertInto('server_keys')
    .values({ tenant_id, id, key_hash: hashToken(key), client_id: owner.clientId, name, scopes: scopes.join(' '), created_at: now() })
    .execute();
  return { id, key };
}
