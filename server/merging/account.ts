import { verifiedOf } from '../accounts/claims.ts';
import type { ClaimRow, IdentityRow, UserRow } from '../store/schema.ts';
import type { TenantRows } from '../store/tenant.ts';

/** The data of an account that a merge moves. */
export interface Account {
  user: UserRow;
  identities: IdentityRow[];
  claims: ClaimRow[];
}

export async function loadAccount({ id, store }: TenantRows, userId: number): Promise<Account | undefined> {
  const user = await store.selectFrom('users').selectAll().where('tenant_id', '=', id).where('id', '=', userId).executeTakeFirst();
  if (!user) return undefined;
  const identities = await store
    .selectFrom('identities')
    .selectAll()
    .where('tenant_id', '=', id)
    .where('user_id', '=', userId)
    .orderBy('platform')
    .orderBy('openid')
    .orderBy('platform_app_id')
    .execute();
  const claims = await store.selectFrom('login_claims').selectAll().where('tenant_id', '=', id).where('user_id', '=', userId).execute();
  return { user, identities, claims };
}

/** A text that changes if any way to log in to the account changes. */
export function waysInto({ user, identities }: Account): string {
  const { state, username, password_hash, email, phone } = user;
  const names = [state, username, password_hash, email, verifiedOf(user, 'email'), phone, verifiedOf(user, 'phone')];
  const people = identities.map(({ platform, platform_app_id, openid }) => JSON.stringify([platform, platform_app_id, openid]));
  return JSON.stringify([user.id, ...names, ...people.toSorted()]);
}
