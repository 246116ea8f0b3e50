import type { PlatformName } from '../../generated/operations.ts';

/** The platform whose openid a record shows in a session without a platform (docs/protocol.md, Sessions and users). */
export const defaultPlatform: PlatformName = 'wechat';
