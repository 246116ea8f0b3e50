import { verifiedOf } from '../accounts/claims.ts';
import { openidKey } from '../accounts/formerOpenids.ts';
import { nameKey } from '../accounts/loginNames.ts';
import { unionidKey } from '../accounts/unionidKeys.ts';
import { lockUserIfAny } from '../accounts/users.ts';
import { isPostgres } from '../store/isPostgres.ts';
import { lockKeys } from '../store/lockKeys.ts';
import { provableKinds } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { type Account, loadAccount } from './account.ts';

/**
 * Locks accounts in the order in which a login locks: numbers, addresses and unionids, by which logins find users without locking them;
 * then identities; then users, by id.
 */
export async function lockAccounts(tx: Transaction, ids: readonly number[]): Promise<void> {
  const keys = new Set<string>();
  for (const id of ids) for (const key of keysOf(await loadAccount(tx, id))) keys.add(key);
  await lockKeys(tx, ...keys);
  if (isPostgres(tx.store)) {
    await tx.store
      .selectFrom('identities')
      .select('openid')
      .where('tenant_id', '=', tx.id)
      .where('user_id', 'in', ids)
      .orderBy('platform')
      .orderBy('openid')
      .orderBy('platform_app_id')
      .forUpdate()
      .execute();
  }
  for (const id of ids.toSorted((a, b) => a - b)) await lockUserIfAny(tx, id);
}

function keysOf(account: Account | undefined): string[] {
  if (!account) return [];
  const { user, identities } = account;
  const names = provableKinds.flatMap((kind) =>
    [user[kind], verifiedOf(user, kind)].flatMap((value) => (value === null ? [] : nameKey({ kind, value }))),
  );
  const ids = identities.flatMap(({ platform, openid, former_openid, unionid }) => [
    ...(former_openid === null ? [] : [openidKey(platform, openid), openidKey(platform, former_openid)]),
    ...(unionid === null ? [] : [unionidKey(platform, unionid)]),
  ]);
  return [...names, ...ids];
}
