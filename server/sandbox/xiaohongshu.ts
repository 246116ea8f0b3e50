import type { Refusal } from './counter.ts';
import { field, type SandboxPage } from './page.ts';
import { openidOf } from './people.ts';
import { createRollingTokens } from './rollingTokens.ts';
import { seal } from './sealing.ts';
import { signedProfile, watermarkOf } from './signedProfile.ts';
import { contentOf, type Tap } from './tap.ts';

/** Xiaohongshu documents no code for a quota. This one is the sandbox's, declared in its app's `error_codes`. */
const rateLimited = 900429;

const errors: Record<Refusal, { code: number; msg: string }> = {
  code_unknown: { code: 410103, msg: 'code mismatch' },
  code_expired: { code: 410103, msg: 'code mismatch' },
  code_used: { code: 410103, msg: 'code mismatch' },
  app_unknown: { code: 410002, msg: 'app invalid' },
  secret_wrong: { code: 410004, msg: 'secret mismatch' },
  busy: { code: 2, msg: 'system error' },
  rate_limited: { code: rateLimited, msg: 'too many requests' },
};

/** Xiaohongshu (docs/platforms.md, 8): a token first, of which at most two are valid; then `GET /api/rmp/session` with it in the query. */
export const xiaohongshuPage: SandboxPage = {
  codeLifetime: 300,
  sessionKey: { length: 16, rotates: true },
  settings: ({ appSecret }) => ({ app_secret: appSecret, error_codes: { [rateLimited]: 'platform_rate_limited' } }),
  mount(router, counter) {
    const tokens = createRollingTokens(counter.now);
    router.post('/api/rmp/token', ({ body }, response) => {
      const wrongApp = counter.checkApp(field(body, 'appid'), field(body, 'secret'));
      if (wrongApp) return void response.json({ success: false, ...errors[wrongApp] });
      const { token, lifetime } = tokens.issue();
      response.json({ data: { access_token: token, expire_in: lifetime }, success: true, msg: '成功', code: 0 });
    });
    router.get('/api/rmp/session', async ({ query }, response) => {
      const code = field(query, 'code');
      if (await counter.stumble(code, response)) return;
      const appId = field(query, 'app_id') ?? field(query, 'appid');
      const refuse = (refusal: Refusal) => void response.json({ success: false, ...errors[refusal] });
      if (appId !== counter.credentials.appId) return refuse('app_unknown');
      if (!tokens.isValid(field(query, 'access_token'))) {
        return void response.json({ success: false, code: 410101, msg: 'access token mismatch' });
      }
      const outcome = counter.exchange(code, appId);
      if ('refused' in outcome) return refuse(outcome.refused);
      const { person, sessionKey } = outcome.granted;
      const data = { openid: openidOf('xiaohongshu', appId, person), session_key: sessionKey };
      response.json({ data, success: true, msg: '成功', code: 0 });
    });
  },
  profile(tap) {
    const { name, anonymous } = tap.person;
    const { nickname: nickName, gender } = anonymous ? { nickname: '小红书用户', gender: 0 as const } : tap.person;
    const userInfo = { nickName, avatarUrl: `https://sns-avatar-qc.xhscdn.com/avatar/${encodeURIComponent(name)}.jpg`, gender };
    return signedProfile(tap, userInfo, { openId: tap.openid, ...foreignWatermark(tap) });
  },
  phone(tap) {
    const { countryCode, number } = tap.person.phone;
    const content = { phoneNumber: `+${countryCode}${number}`, purePhoneNumber: number, countryCode, ...foreignWatermark(tap) };
    return seal(contentOf(tap, content), tap.sessionKey);
  },
};

/** No watermark is documented; the sandbox uses one only to mark another app's data. */
const foreignWatermark = (tap: Tap) => (tap.tampered === 'wrong_appid' ? { watermark: watermarkOf(tap) } : {});
