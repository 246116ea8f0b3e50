import { createHash } from 'node:crypto';

const digest = (...parts: string[]) => createHash('sha256').update(parts.join('\n')).digest('base64url').replaceAll(/[-_]/g, 'x');

/** A person's id in one app on one platform; the same name is the same person. */
export const openidOf = (platform: string, appId: string, person: string) => `o${digest('openid', platform, appId, person).slice(0, 27)}`;

/** A person's id across a developer's apps on one platform. */
export const unionidOf = (platform: string, person: string) => `u${digest('unionid', platform, person).slice(0, 27)}`;
