import type { PlatformName } from '../../generated/operations.ts';
import { lockKeys } from '../store/lockKeys.ts';
import type { Transaction } from '../store/tenant.ts';

/** Serialises first logins with one unionid: no constraint prevents two of them, with two openids, from creating two users. */
export const lockUnionid = (tx: Transaction, platform: PlatformName, unionid: string) => lockKeys(tx, unionidKey(platform, unionid));

export const unionidKey = (platform: PlatformName, unionid: string) => `${platform} unionid ${unionid}`;
