import { clearLoginName } from '../accounts/claims.ts';
import { findHostApp } from '../accounts/hostApps.ts';
import { findIdentityOwner } from '../accounts/identities.ts';
import { profileFields } from '../accounts/profiles.ts';
import { unlinkPlatform } from '../accounts/unlinking.ts';
import { recordUpdate } from '../accounts/updates.ts';
import { deleteUser } from '../accounts/userData.ts';
import { lockUser, lockUserIfAny, writeUser } from '../accounts/users.ts';
import { canLogIn } from '../accounts/waysIn.ts';
import { recordActs } from '../audit/entries.ts';
import { discardAvatar } from '../pictures/avatarFiles.ts';
import type { PlatformApp } from '../platforms/platform.ts';
import type { Withdrawable } from '../platforms/push.ts';
import { userInfoNames } from '../platforms/userInfo.ts';
import type { UserRow } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';

type Field = (typeof profileFields)[number];

type Original = Record<string, unknown>;

/** A person on a platform. */
type Person = PlatformApp & { openid: string };

/**
 * Deletes withdrawn data from the stored platform profile, and from the user's record if it came from that profile. Values that another
 * platform's profile also has are kept.
 */
export async function withdraw(tx: Transaction, pushed: Person, data: readonly Withdrawable[]): Promise<void> {
  const person = await inHostApp(tx, pushed);
  const user = await lockOwner(tx, person);
  if (!user || data.length === 0) return;
  await clearProfile(tx, user, person, data);
  if (data.includes('phone')) await clearLoginName(tx, user, 'phone');
  await recordActs(tx, { event: 'authorization_withdrawn', userId: user.id, method: person.platform });
  await recordUpdate(tx, user);
}

/**
 * Handles the closing of a person's platform account: deletes the data that came from it and removes the identity. A user without another
 * way to log in is deleted.
 */
export async function closePlatformAccount(tx: Transaction, pushed: Person): Promise<void> {
  const person = await inHostApp(tx, pushed);
  const user = await lockOwner(tx, person);
  if (!user) return;
  await clearProfile(tx, user, person, ['profile']);
  await recordActs(tx, { event: 'platform_account_closed', userId: user.id, method: person.platform });
  await recordUpdate(tx, user);
  await unlinkPlatform(tx, user.id, person.platform, person.platformAppId);
  const left = await lockUser(tx, user.id);
  if (await canLogIn(tx, left)) return;
  await deleteUser(tx, left);
  await recordActs(tx, { event: 'user_deleted', userId: user.id });
}

/** The person in the host app that the openid is valid in: a push names the app alone. */
const inHostApp = async (tx: Transaction, person: Person): Promise<Person> => ({
  ...person,
  platformAppId: (await findHostApp(tx, person)) ?? person.platformAppId,
});

/** Locks the person's user, unless there is none, or the identity now belongs to another user. */
async function lockOwner(tx: Transaction, person: Person): Promise<UserRow | undefined> {
  const userId = await findIdentityOwner(tx, person);
  const user = userId === undefined ? undefined : await lockUserIfAny(tx, userId);
  return user && (await findIdentityOwner(tx, person)) === user.id ? user : undefined;
}

async function clearProfile(tx: Transaction, user: UserRow, person: Person, data: readonly Withdrawable[]): Promise<void> {
  const identities = await tx.store
    .selectFrom('identities')
    .select(['platform', 'platform_app_id', 'openid', 'profile'])
    .where('tenant_id', '=', tx.id)
    .where('user_id', '=', user.id)
    .execute();
  const isPersons = ({ platform, platform_app_id, openid }: (typeof identities)[number]) =>
    platform === person.platform && platform_app_id === person.platformAppId && openid === person.openid;
  const own: Original = JSON.parse(identities.find(isPersons)?.profile ?? '{}');
  const others: Original[] = identities.filter((identity) => !isPersons(identity)).map(({ profile }) => JSON.parse(profile));

  const isSaid = (profile: Original, field: Field) => isSame(profile[userInfoNames[field]], user[field]);
  const isCleared = (field: Field) => {
    if (user[field] === null || others.some((profile) => isSaid(profile, field))) return false;
    return data.some((one) => one === field) || (data.includes('profile') && isSaid(own, field));
  };
  const cleared = profileFields.filter(isCleared);
  if (cleared.includes('avatar')) await discardAvatar(tx, user.id);
  const kept = data.includes('profile') ? {} : without(own, data);
  const isAuthorized = [kept, ...others].some((profile) => Object.keys(profile).length > 0);
  await writeUser(tx, user.id, {
    ...Object.fromEntries(cleared.map((field) => [field, null])),
    ...(!isAuthorized && { is_authorized: 0 }),
  });
  await tx.store
    .updateTable('identities')
    .set({ profile: JSON.stringify(kept) })
    .where('tenant_id', '=', tx.id)
    .where('platform', '=', person.platform)
    .where('platform_app_id', '=', person.platformAppId)
    .where('openid', '=', person.openid)
    .execute();
}

/** Hosts write numbers as text too. */
const isSame = (said: unknown, stored: unknown): boolean => said !== undefined && String(said) === String(stored);

const without = (profile: Original, data: readonly Withdrawable[]): Original => {
  const names = profileFields.filter((field) => data.some((one) => one === field)).map((field): string => userInfoNames[field]);
  return Object.fromEntries(Object.entries(profile).filter(([name]) => !names.includes(name)));
};
