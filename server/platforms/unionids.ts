import type { IdentityPlatform } from '../store/schema.ts';

/** WeChat's mini-programs, web pages and official accounts: one open-platform account has one unionid for a person in all of them. */
const wechat: readonly IdentityPlatform[] = ['wechat', 'oauth-wechat-web', 'oauth-wechat-mp'];

/** The platforms whose unionids are the same as a platform's, itself included. */
export const sharingUnionids = (platform: IdentityPlatform): readonly IdentityPlatform[] =>
  wechat.includes(platform) ? wechat : [platform];

/** The platform whose name counts for all that have the same unionids. */
export const unionidRealm = (platform: IdentityPlatform): IdentityPlatform => sharingUnionids(platform)[0] ?? platform;
