import { clearLoginName, verifiedOf } from '../accounts/claims.ts';
import type { AccountPolicy } from '../accounts/policy.ts';
import { unlinkPlatform } from '../accounts/unlinking.ts';
import { recordUpdate } from '../accounts/updates.ts';
import { lockUser } from '../accounts/users.ts';
import { canLogIn } from '../accounts/waysIn.ts';
import { recordActs } from '../audit/entries.ts';
import { ApiError } from '../errors.ts';
import type { TenantRows, Transaction } from '../store/tenant.ts';
import type { Description } from './mails.ts';
import { type Wording, wordings } from './wording.ts';

/** A way to log in, other than by the address that the link was mailed to. */
export interface OtherWay {
  /** Its value in the form: `phone`, or the platform. */
  name: string;
  label: string;
}

/** Finds a user's other ways to log in: platform identities, and verified or claimed numbers. */
export async function findOtherWays({ id, store }: TenantRows, userId: number, wording: Wording): Promise<OtherWay[]> {
  const user = await store.selectFrom('users').selectAll().where('tenant_id', '=', id).where('id', '=', userId).executeTakeFirst();
  const identities = await store
    .selectFrom('identities')
    .select(['platform', 'created_at'])
    .where('tenant_id', '=', id)
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .execute();
  const first = identities.filter(({ platform }, place) => identities.findIndex((other) => other.platform === platform) === place);
  const ways = first.map(({ platform, created_at }) => ({
    name: platform,
    label: wording.linkedSince(wording.platforms[platform] ?? platform, dayOf(created_at)),
  }));
  const numbers = new Set(user ? [verifiedOf(user, 'phone'), user.phone].filter((phone) => phone !== null) : []);
  return numbers.size === 0 ? ways : [...ways, { name: 'phone', label: wording.phone([...numbers].map(masked).join(', ')) }];
}

/**
 * Removes ways to log in that the owner does not recognise.
 *
 * @param names names of the ways to remove
 * @throws last_way_in if none would be left
 */
export async function dropWays(tx: Transaction, policy: AccountPolicy, userId: number, names: readonly string[]): Promise<void> {
  const user = await lockUser(tx, userId);
  const linked = await tx.store
    .selectFrom('identities')
    .select('platform')
    .distinct()
    .where('tenant_id', '=', tx.id)
    .where('user_id', '=', userId)
    .execute();
  const dropped = linked.filter(({ platform }) => names.includes(platform));
  for (const { platform } of dropped) await unlinkPlatform(tx, userId, platform);
  if (names.includes('phone')) {
    await clearLoginName(tx, user, 'phone');
    await recordActs(tx, { event: 'phone_changed', userId });
    await recordUpdate(tx, user);
  }
  if ((dropped.length > 0 || names.includes('phone')) && !(await canLogIn(tx, await lockUser(tx, userId), policy)))
    throw new ApiError('last_way_in', { detail: { user: userId } });
}

/**
 * Distinguishes accounts that claim one address, without text that the user wrote: the app's mail must not contain text of an attacker.
 */
export async function describeAccount({ id, store }: TenantRows, userId: number): Promise<Description> {
  const rows = await store
    .selectFrom('users')
    .leftJoin('identities', (join) =>
      join.onRef('identities.tenant_id', '=', 'users.tenant_id').onRef('identities.user_id', '=', 'users.id'),
    )
    .select(['users.created_at', 'identities.platform'])
    .where('users.tenant_id', '=', id)
    .where('users.id', '=', userId)
    .execute();
  const describe = ({ registeredOn, platforms }: Wording) =>
    [
      registeredOn(dayOf(rows[0]?.created_at ?? 0)),
      ...new Set(rows.flatMap(({ platform }) => (platform === null ? [] : (platforms[platform] ?? platform)))),
    ].join(', ');
  return { zh: describe(wordings.zh), en: describe(wordings.en) };
}

/** The date in China. */
const dayOf = (unixSeconds: number): string => new Date((unixSeconds + 8 * 3600) * 1000).toISOString().slice(0, 10);

const masked = (phone: string): string => phone.slice(0, -8) + '*'.repeat(Math.min(4, phone.length - 4)) + phone.slice(-4);
