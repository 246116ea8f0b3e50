import { type RawBuilder, sql } from 'kysely';
import type { components } from '../../generated/types.ts';
import { discardAvatar } from '../pictures/avatarFiles.ts';
import type { PlatformApp, Profile, ProfileFields } from '../platforms/platform.ts';
import { placeholderNames, placeholderPictures, saysWho } from '../platforms/saidProfile.ts';
import type { Transaction } from '../store/tenant.ts';
import { isWanted } from '../webhooks/outbox.ts';
import { recordUpdate } from './updates.ts';
import { isTombstone, tombstones } from './userState.ts';
import { lockUserIfAny } from './users.ts';

export type UpdateUserprofile = components['schemas']['UpdateUserprofile'];

export const profileFields = [
  'nickname',
  'avatar',
  'gender',
  'language',
  'city',
  'province',
  'country',
] as const satisfies (keyof ProfileFields)[];

type ProfileField = (typeof profileFields)[number];

/**
 * Writes a granted profile to `_provider`, and to the first-level fields as `update` says (docs/protocol.md, Meanings). A profile of
 * placeholders, as WeChat returns today, does not set `is_authorized`.
 *
 * @param app the platform app of the user's identity; undefined if the calling app is not on the platform
 */
export async function writeProfile(
  tx: Transaction,
  userId: number,
  app: PlatformApp | undefined,
  profile: Profile,
  update: UpdateUserprofile = 'setnx',
): Promise<void> {
  if (app) await mergeOriginal(tx, userId, app, profile.original);
  const before = isWanted(tx, 'user.updated') ? await lockUserIfAny(tx, userId) : undefined;
  if (update === 'overwrite' && profile.fields.avatar !== undefined) await discardAvatar(tx, userId);
  await tx.store
    .updateTable('users')
    .set({ ...(saysWho(profile.fields) && { is_authorized: 1 }), updated_at: tx.now(), ...fieldsToWrite(profile.fields, update) })
    .where('tenant_id', '=', tx.id)
    .where('id', '=', userId)
    // The account may have been closed in the meantime.
    .where('state', 'not in', tombstones)
    .execute();
  if (before && !isTombstone(before)) await recordUpdate(tx, before);
}

/** Leaves out fields without a value from the platform. `setnx` writes only fields that were never assigned. */
function fieldsToWrite(fields: ProfileFields, update: UpdateUserprofile) {
  if (update === 'false' || update === false) return {};
  const present = profileFields.filter((name) => fields[name] !== undefined);
  return Object.fromEntries(
    present.map((name) => [
      name,
      update === 'overwrite' ? fields[name] : sql`case when ${isUnassigned(name)} then ${fields[name]} else ${sql.ref(name)} end`,
    ]),
  );
}

/** Treats a placeholder as never assigned, from any source, because an app may have copied it from its host. */
function isUnassigned(name: ProfileField): RawBuilder<boolean> {
  const column = sql.ref(name);
  if (name === 'gender') return sql`(${column} is null or ${column} = 0)`;
  const values = name === 'nickname' ? ['', ...placeholderNames] : [''];
  const placeholders = name === 'avatar' ? placeholderPictures.map((part) => sql` or ${column} like ${`%${part}%`}`) : [];
  return sql`(${column} is null or ${column} in (${sql.join(values)})${sql.join(placeholders, sql``)})`;
}

/** Whether a stored value was assigned, and is no placeholder. */
export function isAssigned(name: ProfileField, value: string | number | null): boolean {
  if (value === null || value === '' || value === 0) return false;
  if (name === 'nickname') return !placeholderNames.includes(String(value));
  return name !== 'avatar' || !placeholderPictures.some((part) => String(value).includes(part));
}

/** Merges a profile into the stored one, because platforms report some fields with the code (JD's `xId`) and others with the profile. */
export async function mergeOriginal(
  { id, store, now }: Transaction,
  userId: number,
  { platform, platformAppId }: PlatformApp,
  original: Profile['original'],
) {
  // The update locks the row before it is read, so a concurrent profile is merged into this one.
  const identity = await store
    .updateTable('identities')
    .set({ updated_at: now() })
    .where('tenant_id', '=', id)
    .where('user_id', '=', userId)
    .where('platform', '=', platform)
    .where('platform_app_id', '=', platformAppId)
    .returning(['openid', 'profile'])
    .executeTakeFirst();
  if (!identity) return;
  await store
    .updateTable('identities')
    .set({ profile: JSON.stringify({ ...JSON.parse(identity.profile), ...original }) })
    .where('tenant_id', '=', id)
    .where('platform', '=', platform)
    .where('platform_app_id', '=', platformAppId)
    .where('openid', '=', identity.openid)
    .execute();
}
