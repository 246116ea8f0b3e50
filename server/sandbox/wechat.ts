import { jscode2session } from './jscode2session.ts';
import type { SandboxPage } from './page.ts';
import { seal } from './sealing.ts';
import { watermarkOf } from './signedProfile.ts';
import { createStableTokens } from './stableTokens.ts';
import { contentOf } from './tap.ts';
import { mountComponent } from './wechatComponent.ts';
import { mountContentChecks } from './wechatContentCheck.ts';
import { mountPhoneNumbers, phoneInfoOf } from './wechatPhone.ts';
import { pushSettings, wechatPush } from './wechatPush.ts';
import { mountRiskRanks } from './wechatRiskRank.ts';
import { mountScanCodes } from './wechatScanCode.ts';
import { mountStableTokens } from './wechatTokens.ts';

const rid = 'rid: 6740f1a2-2b0c1d3e-4f5a6b7c';

const errors = {
  code_unknown: { errcode: 40029, errmsg: `invalid code, ${rid}` },
  code_expired: { errcode: 40029, errmsg: `invalid code, ${rid}` },
  code_used: { errcode: 40163, errmsg: `code been used, ${rid}` },
  app_unknown: { errcode: 40013, errmsg: `invalid appid, ${rid}` },
  secret_wrong: { errcode: 40125, errmsg: `invalid appsecret, ${rid}` },
  busy: { errcode: -1, errmsg: `system error, ${rid}` },
  rate_limited: { errcode: 45011, errmsg: `api minute-quota reach limit, must slower, retry next minute, ${rid}` },
};

const exchange = jscode2session({
  platform: 'wechat',
  errors,
  blocked: { errcode: 40226, errmsg: `code blocked, ${rid}` },
  success: {},
  placeholder: {
    nickName: '微信用户',
    avatarUrl:
      'https://thirdwx.qlogo.cn/mmopen/vi_32/POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg/132',
  },
  avatarOf: (name) => `https://wx.qlogo.cn/mmopen/vi_32/${encodeURIComponent(name)}/132`,
});

/** WeChat (docs/platforms.md, 1): used codes have their own error, success carries no errcode, and phone codes are exchanged for numbers. */
export const wechatPage: SandboxPage = {
  ...exchange,
  // Sealed numbers are trusted, so that hosts without phone codes can be tested.
  settings: ({ appSecret }) => ({
    app_secret: appSecret,
    sealed_phone: 'believed',
    scan_code: { page: 'pages/scan/index' },
    ...pushSettings,
  }),
  push: wechatPush,
  mount(router, counter) {
    exchange.mount(router, counter);
    const tokens = createStableTokens(counter.now);
    const tokenFault = mountStableTokens(router, counter, errors, tokens);
    mountComponent(router, counter, errors, tokens);
    mountPhoneNumbers(router, counter, errors, tokenFault);
    mountContentChecks(router, counter, tokenFault);
    mountScanCodes(router, counter, tokenFault);
    mountRiskRanks(router, counter, tokenFault);
  },
  phone: (tap, issueCode) => ({
    ...seal(contentOf(tap, { ...phoneInfoOf(tap.person), watermark: watermarkOf(tap) }), tap.sessionKey),
    code: issueCode(),
  }),
};
