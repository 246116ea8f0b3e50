import { unionidRealm } from '../platforms/unionids.ts';
import { lockKeys } from '../store/lockKeys.ts';
import type { IdentityPlatform } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';

/** Serialises first logins with one unionid: no constraint prevents two of them, with two openids, from creating two users. */
export const lockUnionid = (tx: Transaction, platform: IdentityPlatform, unionid: string) => lockKeys(tx, unionidKey(platform, unionid));

export const unionidKey = (platform: IdentityPlatform, unionid: string) => `${unionidRealm(platform)} unionid ${unionid}`;
