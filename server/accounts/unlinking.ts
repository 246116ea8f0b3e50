import { recordActs } from '../audit/entries.ts';
import type { IdentityPlatform } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import { recordEvents } from '../webhooks/outbox.ts';
import { closeSessions } from './sessions.ts';

/**
 * Removes a user's identities on a platform, ends the sessions opened by the platform's logins, and records it. The caller must have locked
 * the user, and must check `canLogIn` afterwards.
 *
 * @param platformAppId the platform's app whose identity is removed; all of them if absent
 * @returns how many sessions were ended
 */
export async function unlinkPlatform(tx: Transaction, userId: number, platform: IdentityPlatform, platformAppId?: string): Promise<number> {
  const identities = tx.store
    .deleteFrom('identities')
    .where('tenant_id', '=', tx.id)
    .where('user_id', '=', userId)
    .where('platform', '=', platform);
  const removed = await (platformAppId === undefined ? identities : identities.where('platform_app_id', '=', platformAppId))
    .returning('platform_app_id as app_id')
    .execute();
  const ended = await closeSessions(tx, userId, { platform });
  await recordActs(tx, { event: 'identity_unlinked', userId, method: platform });
  for (const { app_id } of removed) await recordEvents(tx, { type: 'user.unlinked', data: { user_id: userId, platform, app_id } });
  return ended;
}
