import { exchangeJscode } from './jscode2session.ts';
import { definePlatform } from './platform.ts';
import { openSignedProfile, qqProfile } from './sealedProfile.ts';
import { appSecretSettings } from './settings.ts';

/** QQ mini-programs (docs/platforms.md, 2). The exchange is WeChat's, at QQ's address. */
export const qq = definePlatform({
  displayName: { en: 'QQ', zh: 'QQ' },
  settings: appSecretSettings,
  exchangeCode: (code, settings, upstream) => exchangeJscode('https://api.q.qq.com', code, settings, upstream),
  openProfile: (grant, person, settings) => openSignedProfile(grant, person, settings, qqProfile),
  unverified: 'QQ does not document the error for a wrong secret; only a real login shows whether the secret is right',
});
