import { constants, createHash, createPublicKey, publicEncrypt, randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';
import { readPrivateKey } from '../platforms/rsaKeys.ts';
import { sandboxPrivateKey } from './bytedanceKey.ts';
import type { LoginGrant } from './codes.ts';
import type { Counter, Refusal } from './counter.ts';
import { field, type SandboxPage } from './page.ts';
import { openidOf, unionidOf } from './people.ts';
import { createRollingTokens } from './rollingTokens.ts';
import { seal } from './sealing.ts';
import { signedProfile, watermarkOf } from './signedProfile.ts';
import { contentOf, type Tap } from './tap.ts';
import { phoneInfoOf } from './wechatPhone.ts';

/** ByteDance documents no code for a quota of the exchange. This one is the sandbox's, declared in its app's `error_codes`. */
const rateLimited = 900429;

const errors: Record<Refusal, { number: number; text: string }> = {
  code_unknown: { number: 40018, text: 'bad code' },
  code_expired: { number: 40018, text: 'bad code' },
  code_used: { number: 40018, text: 'bad code' },
  app_unknown: { number: 40015, text: 'bad appid' },
  secret_wrong: { number: 40017, text: 'bad secret' },
  busy: { number: -1, text: 'system error' },
  rate_limited: { number: rateLimited, text: 'too many requests' },
};

const noIds = { session_key: '', openid: '', anonymous_openid: '', unionid: '' };
type Ids = typeof noIds;

/** A person has another openid in each host app. */
export const openidIn = ({ appId, hostApp, person }: Pick<LoginGrant, 'appId' | 'hostApp' | 'person'>): string =>
  openidOf('bytedance', hostApp === undefined ? appId : `${appId} ${hostApp}`, person);

/** ByteDance (docs/platforms.md, 7): the exchanges of mini-programs and mini-games, access tokens, and phone codes that RSA protects. */
export const bytedancePage: SandboxPage = {
  codeLifetime: 300,
  sessionKey: { length: 16, rotates: true },
  givesAnonymousCodes: true,
  settings: ({ appSecret }) => ({
    app_secret: appSecret,
    private_key: sandboxPrivateKey,
    // Sealed numbers are trusted, so that hosts without phone codes can be tested.
    sealed_phone: 'believed',
    error_codes: { [rateLimited]: 'platform_rate_limited' },
  }),
  mount(router, counter) {
    router.post('/api/apps/v2/jscode2session', async ({ body }, response) => {
      if (await counter.stumble(codeIn(body), response)) return;
      const outcome = exchange(body, counter);
      if ('ids' in outcome) response.json({ err_no: 0, err_tips: 'success', data: outcome.ids });
      else response.json({ err_no: outcome.number, err_tips: outcome.text, data: noIds });
    });
    for (const path of ['/api/apps/jscode2session', '/mgplatform/api/apps/jscode2session']) {
      router.get(path, async ({ query }, response) => {
        if (await counter.stumble(codeIn(query), response)) return;
        const outcome = exchange(query, counter);
        if ('ids' in outcome) response.json({ error: 0, ...outcome.ids });
        else response.json({ error: 1, errcode: outcome.number, errmsg: outcome.text, message: outcome.text });
      });
    }
    mountPhoneCodes(router, counter);
  },
  /** The webhook of section 7.5. */
  push({ appId, appSecret, openid, event, data, tampered }) {
    const scope = { profile: 'user_info', phone: 'mobile', nickname: 'video.list', avatar: 'video.list' }[data];
    const body = JSON.stringify({
      event: event === 'revoke' ? 'unauthorize' : 'authorize',
      client_key: tampered === 'wrong_appid' ? 'another-app' : appId,
      from_user_id: openid,
      to_user_id: '',
      content: JSON.stringify({ scopes: [scope] }),
      log_id: randomUUID(),
    });
    const signature = createHash('sha1').update(appSecret).update(body).digest('hex');
    return {
      query: {},
      headers: {
        'Content-Type': 'application/json',
        'Msg-Id': randomUUID(),
        'X-Douyin-Signature': tampered === 'bad_signature' ? '0'.repeat(40) : signature,
      },
      body,
    };
  },
  profile(tap) {
    const { name, nickname, gender, city, province, country, anonymous } = tap.person;
    const shown = anonymous
      ? { nickName: '抖音用户', gender: 0, city: '', province: '', country: '' }
      : { nickName: nickname, gender, city, province, country };
    const userInfo = { ...shown, avatarUrl: `https://p3.douyinpic.com/img/${encodeURIComponent(name)}~tplv.jpeg`, language: '' };
    return signedProfile(tap, userInfo, { ...foreignOpenid(tap), watermark: watermarkOf(tap) });
  },
  phone: (tap, issueCode) => ({
    ...seal(contentOf(tap, { ...phoneInfoOf(tap.person), watermark: watermarkOf(tap) }), tap.sessionKey),
    code: issueCode(),
  }),
};

/** The sealed profile names no person, except to mark another person's data. */
const foreignOpenid = (tap: Tap) => (tap.tampered === 'wrong_openid' ? { openId: tap.openid } : {});

const codeIn = (fields: Record<string, unknown> | undefined) => field(fields, 'code') ?? field(fields, 'anonymous_code');

function exchange(fields: Record<string, unknown> | undefined, counter: Counter): { ids: Ids } | { number: number; text: string } {
  const appId = field(fields, 'appid') ?? '';
  const wrongApp = counter.checkApp(appId, field(fields, 'secret'));
  if (wrongApp) return errors[wrongApp];
  const [code, anonymousCode] = [field(fields, 'code'), field(fields, 'anonymous_code')];
  if (code === undefined && anonymousCode === undefined) return { number: 40014, text: 'bad param' };
  const device = anonymousCode === undefined ? undefined : counter.exchangeAnonymousCode(anonymousCode, appId);
  if (device && 'refused' in device) return { number: 40019, text: 'bad anonymous code' };
  const anonymous_openid = device ? openidOf('bytedance device', appId, device.granted.person) : '';
  if (code === undefined) return { ids: { ...noIds, anonymous_openid } };
  const outcome = counter.exchange(code, appId);
  if ('refused' in outcome) return errors[outcome.refused];
  const { granted } = outcome;
  return {
    ids: {
      session_key: granted.sessionKey,
      openid: openidIn(granted),
      anonymous_openid,
      unionid: unionidOf('bytedance', granted.person),
    },
  };
}

const tokenErrors = {
  app_unknown: { error_code: 10003, description: 'client_key error' },
  secret_wrong: { error_code: 10013, description: 'client_secret error' },
};

/** Mounts both calls for an access token, and `POST /api/apps/v1/get_phonenumber_info/` (section 7.4). */
function mountPhoneCodes(router: Parameters<SandboxPage['mount']>[0], counter: Counter): void {
  const tokens = createRollingTokens(counter.now);
  const { appId } = counter.credentials;
  for (const [path, next] of [
    ['/oauth/stable_client_token/', tokens.current],
    ['/oauth/client_token/', tokens.issue],
  ] as const) {
    router.post(path, ({ body }: Request, response: Response) => {
      const wrongApp = counter.checkApp(field(body, 'client_key'), field(body, 'client_secret'));
      if (wrongApp) return void response.json({ data: tokenErrors[wrongApp], message: 'error' });
      if (field(body, 'grant_type') !== 'client_credential') {
        return void response.json({ data: { error_code: 10002, description: 'parameter error' }, message: 'error' });
      }
      const { token, lifetime } = next();
      response.json({ data: { access_token: token, expires_in: lifetime, error_code: 0, description: '' }, message: 'success' });
    });
  }
  router.post('/api/apps/v1/get_phonenumber_info/', async (request, response) => {
    const code = field(request.body, 'code');
    if (await counter.stumble(code, response)) return;
    const answer = (err_no: number, err_msg: string, data = '') => response.json({ err_no, err_msg, data, log_id: randomUUID() });
    if (!tokens.isValid(request.get('access-token'))) return void answer(28001003, 'access_token无效');
    const outcome = counter.exchangePhoneCode(code, appId);
    if ('refused' in outcome) return void answer(...phoneErrors(outcome.refused));
    const watermark = { timestamp: counter.now(), appid: appId };
    answer(0, '', encrypt({ ...phoneInfoOf(counter.people.named(outcome.granted.person)), watermark }));
  });
}

function phoneErrors(refusal: Refusal): [number, string] {
  if (refusal === 'busy') return [28001005, '系统内部错误,请重试'];
  return refusal === 'rate_limited' ? [28003017, 'quota已用完'] : [28005187, 'code已过期'];
}

function encrypt(content: object): string {
  const key = readPrivateKey(sandboxPrivateKey);
  if (!key) throw new Error("the sandbox's key is no key");
  return publicEncrypt({ key: createPublicKey(key), padding: constants.RSA_PKCS1_PADDING }, Buffer.from(JSON.stringify(content))).toString(
    'base64',
  );
}
