import { createHash, randomUUID } from 'node:crypto';
import type { Refusal } from './counter.ts';
import { field, type SandboxPage } from './page.ts';
import { isBlocked, openidOf } from './people.ts';
import { seal } from './sealing.ts';
import { signedProfile, watermarkOf } from './signedProfile.ts';
import { contentOf, type Tap } from './tap.ts';

/** Kuaishou documents no codes for a busy server or a quota. These are the sandbox's, declared in its app's `error_codes`. */
const busy = 900503;
const rateLimited = 900429;

const errors: Record<Refusal, { result: number; error: string; error_msg: string }> = {
  code_unknown: { result: 100200102, error: 'invalid_request', error_msg: 'js_code is invalid' },
  code_expired: { result: 100200102, error: 'invalid_request', error_msg: 'js_code is expired' },
  code_used: { result: 100200102, error: 'invalid_request', error_msg: 'js_code is used' },
  app_unknown: { result: 100200101, error: 'unauthorized_client', error_msg: 'app_id or app_secret is wrong' },
  secret_wrong: { result: 100200101, error: 'unauthorized_client', error_msg: 'app_id or app_secret is wrong' },
  busy: { result: busy, error: 'system_busy', error_msg: 'system is busy' },
  rate_limited: { result: rateLimited, error: 'too_many_requests', error_msg: 'too many requests' },
};

const blocked = { result: 100200301, error: 'anti_spam', error_msg: 'anti spam' };

/** Kuaishou (docs/platforms.md, 4.1): `POST /oauth2/mp/code2session`, as a form or in the query; `result` is 1 on success. */
export const kuaishouPage: SandboxPage = {
  codeLifetime: 600,
  sessionKey: { length: 16, rotates: true },
  settings: ({ appSecret }) => ({
    app_secret: appSecret,
    error_codes: { [busy]: 'platform_busy', [rateLimited]: 'platform_rate_limited' },
  }),
  mount(router, counter) {
    router.post('/oauth2/mp/code2session', async ({ query, body }, response) => {
      const fields = { ...query, ...body };
      const appId = field(fields, 'app_id');
      const code = field(fields, 'js_code');
      if (await counter.stumble(code, response)) return;
      const wrongApp = counter.checkApp(appId, field(fields, 'app_secret'));
      const outcome = wrongApp ? { refused: wrongApp } : counter.exchange(code, appId ?? '');
      if ('refused' in outcome) {
        response.json(errors[outcome.refused]);
        return;
      }
      const { person, sessionKey } = outcome.granted;
      if (isBlocked(person)) return void response.json(blocked);
      response.json({ result: 1, session_key: sessionKey, open_id: openidOf('kuaishou', outcome.granted.appId, person) });
    });
  },
  /** The webhook of section 4.4; Kuaishou pushes no other change of an authorisation. */
  push({ appId, appSecret, openid, event, data, time, tampered }) {
    const scope = { profile: 'user_info', phone: 'user_phone', nickname: 'user_video_info', avatar: 'user_video_info' }[data];
    const body = JSON.stringify({
      app_id: tampered === 'wrong_appid' ? 'another-app' : appId,
      event: event === 'revoke' ? 'UN_AUTHORIZE' : 'AUTHORIZE',
      timestamp: time * 1000,
      message_id: randomUUID(),
      data: { open_id: openid, scope: [scope] },
    });
    const kwaisign = tampered === 'bad_signature' ? '0'.repeat(32) : createHash('md5').update(body).update(appSecret).digest('hex');
    return { query: {}, headers: { 'Content-Type': 'application/json', kwaisign }, body };
  },
  profile(tap) {
    const { name, anonymous } = tap.person;
    const { nickname: nickName, gender } = anonymous ? { nickname: '快手用户', gender: 0 as const } : tap.person;
    const userInfo = { nickName, avatarUrl: `https://p2.a.yximgs.com/uhead/${encodeURIComponent(name)}.jpg`, gender };
    return signedProfile(tap, userInfo, { openId: tap.openid, ...foreignWatermark(tap) });
  },
  phone(tap) {
    const { countryCode, number } = tap.person.phone;
    const content = { phoneNumber: `+${countryCode}${number}`, countryCode, ...foreignWatermark(tap) };
    return seal(contentOf(tap, content), tap.sessionKey);
  },
};

/** Kuaishou's documents show no watermark; the sandbox uses one only to mark another app's data. */
const foreignWatermark = (tap: Tap) => (tap.tampered === 'wrong_appid' ? { watermark: watermarkOf(tap) } : {});
