import type { PlatformApp } from '../platforms/platform.ts';
import { unionidRealm } from '../platforms/unionids.ts';
import { type IdentityPlatform, provableKinds } from '../store/schema.ts';
import type { ImportedIdentity } from './importedUser.ts';
import type { Name, PreparedUser } from './prepare.ts';

/** Keys of what one user alone can have, as texts, by which owners are looked up. */
export const keyOf = {
  legacy: (source: string, id: string) => `legacy ${source} ${id}`,
  id: (id: number) => `id ${id}`,
  name: ({ kind, value }: Name) => `${kind} ${value}`,
  identity: ({ platform, platformAppId, openid }: ImportedIdentity) => `identity ${platform} ${platformAppId} ${openid}`,
  slot: (userId: number, { platform, platformAppId }: PlatformApp) => `slot ${userId} ${platform} ${platformAppId}`,
  unionid: (platform: string, unionid: string) => `unionid ${platform} ${unionid}`,
};

/** The names that one user alone can have: a username, and what is verified. */
export function namesOf({ username, addresses }: PreparedUser): Name[] {
  const names: Name[] = username === undefined ? [] : [{ kind: 'username', value: username }];
  for (const kind of provableKinds) {
    const address = addresses[kind];
    const value = address?.verified ? address.value : address?.proved;
    if (value !== undefined) names.push({ kind, value });
  }
  return names;
}

/** The addresses and numbers that a user claims without a proof. */
export function claimsOf({ addresses }: PreparedUser): Name<'email' | 'phone'>[] {
  return provableKinds.flatMap((kind) => {
    const address = addresses[kind];
    return address && !address.verified ? [{ kind, value: address.value }] : [];
  });
}

export const unionidsOf = ({ user }: PreparedUser): { platform: IdentityPlatform; unionid: string }[] =>
  user.identities.flatMap(({ platform, unionid }) => (unionid === undefined ? [] : [{ platform: unionidRealm(platform), unionid }]));
