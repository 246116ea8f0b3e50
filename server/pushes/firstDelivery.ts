import { hash } from 'node:crypto';
import type { PlatformApp } from '../platforms/platform.ts';
import { type Push, refusePush } from '../platforms/push.ts';
import type { Transaction } from '../store/tenant.ts';

/**
 * Records a push in the transaction that acts on it, and returns whether this is its first delivery: platforms repeat pushes that were
 * answered late, and an attacker may replay a captured one.
 *
 * @param until unix seconds, after which the push is too old anyway
 * @throws signature_invalid if the signature was already used for another push
 */
export async function isFirstDelivery(tx: Transaction, app: PlatformApp, { id, ticket }: Push, until: number): Promise<boolean> {
  const pushId = hash('sha256', id, 'hex');
  if (ticket !== undefined) {
    const known = await insertOrFind(tx, app, hash('sha256', `ticket ${ticket}`, 'hex'), pushId, until);
    if (known !== undefined && known !== pushId) throw refusePush('the signature was already used for another push');
  }
  return (await insertOrFind(tx, app, pushId, pushId, until)) === undefined;
}

/** @returns the push that the key was already recorded for; undefined if it was recorded now */
async function insertOrFind(
  { id: tenant_id, store }: Transaction,
  { platform, platformAppId: platform_app_id }: PlatformApp,
  push_key: string,
  push_id: string,
  until: number,
): Promise<string | undefined> {
  const inserted = await store
    .insertInto('received_pushes')
    .values({ tenant_id, platform, platform_app_id, push_key, push_id, until })
    .onConflict((conflict) => conflict.doNothing())
    .returning('push_id')
    .executeTakeFirst();
  if (inserted) return undefined;
  const known = await store
    .selectFrom('received_pushes')
    .select('push_id')
    .where('tenant_id', '=', tenant_id)
    .where('platform', '=', platform)
    .where('platform_app_id', '=', platform_app_id)
    .where('push_key', '=', push_key)
    .executeTakeFirst();
  return known?.push_id;
}
