import { randomBytes } from 'node:crypto';
import { unixNow } from '../process/time.ts';
import type { Outcome, Refusal } from './counter.ts';
import { field, type SandboxPage } from './page.ts';
import { openidOf } from './people.ts';
import { sealFramed } from './sealing.ts';
import { contentOf, type Tap } from './tap.ts';

const formErrors: Record<Refusal, Record<string, unknown>> = {
  code_unknown: { error: 'invalid_grant', error_description: 'Invalid authorization code' },
  code_expired: { error: 'invalid_grant', error_description: 'Invalid authorization code' },
  code_used: { error: 'invalid_grant', error_description: 'Invalid authorization code' },
  app_unknown: { error: 'invalid_client', error_description: 'unknown client id' },
  secret_wrong: { error: 'invalid_client', error_description: 'Client authentication failed' },
  busy: { error_code: 2, error_msg: 'Service temporarily unavailable' },
  rate_limited: { error_code: 18, error_msg: 'Open api qps request limit reached' },
};

/** Baidu documents no errno for a refused code of the second generation. This is the sandbox's, declared in its app's `error_codes`. */
const refusedCode = 10010200;

/** Baidu (docs/platforms.md, 3.1): both generations of the exchange, the first flat, the second nested behind an access token. */
export const baiduPage: SandboxPage = {
  codeLifetime: 600,
  settings: ({ appSecret }) => ({ app_secret: appSecret, error_codes: { [refusedCode]: 'code_invalid' } }),
  // The published client requests the profile before it logs in.
  sessionKey: { length: 24, rotates: false },
  mount(router, counter) {
    const accessTokens = new Set<string>();
    const { appId, appSecret } = counter.credentials;

    router.post('/oauth/jscode2sessionkey', async ({ query, body }, response) => {
      const fields = { ...query, ...body };
      const code = field(fields, 'code');
      if (await counter.stumble(code, response)) return;
      const clientId = field(fields, 'client_id');
      if (!clientId) {
        const error_description = "Key: 'Code2SessionKeyParam.ClientID' Error:Field validation for 'ClientID' failed on the 'required' tag";
        response.json({ errno: 10010100, error: 'parameter is invalid', error_description });
        return;
      }
      const wrongApp = counter.checkApp(clientId, field(fields, 'sk'));
      const outcome = wrongApp ? { refused: wrongApp } : counter.exchange(code, clientId);
      response.json(
        'refused' in outcome ? formErrors[outcome.refused] : { openid: openid(outcome), session_key: outcome.granted.sessionKey },
      );
    });

    router.get('/oauth/2.0/token', ({ query }, response) => {
      const wrongApp = counter.checkApp(field(query, 'client_id'), field(query, 'client_secret'));
      if (wrongApp) {
        response.status(401).json(formErrors[wrongApp]);
        return;
      }
      const access_token = `24.${randomBytes(16).toString('hex')}.2592000`;
      accessTokens.add(access_token);
      response.json({
        access_token,
        expires_in: 2592000,
        scope: field(query, 'scope'),
        refresh_token: '',
        session_key: '',
        session_secret: '',
      });
    });

    router.post('/rest/2.0/smartapp/getsessionkey', async ({ query }, response) => {
      const code = field(query, 'code');
      if (await counter.stumble(code, response)) return;
      if (!accessTokens.has(field(query, 'access_token') ?? '')) {
        response.json({ error_code: 110, error_msg: 'Access token invalid or no longer valid' });
        return;
      }
      const outcome = counter.exchange(code, appId);
      const envelope = { request_id: randomBytes(8).toString('hex'), timestamp: unixNow() };
      if ('granted' in outcome) {
        const data = { open_id: openid(outcome), session_key: outcome.granted.sessionKey };
        response.json({ data, errno: 0, msg: 'success', ...envelope });
      } else if ('error_code' in formErrors[outcome.refused]) {
        response.json(formErrors[outcome.refused]);
      } else {
        response.json({ errno: refusedCode, msg: 'code is invalid', ...envelope });
      }
    });

    /** Invalidates all tokens, for tests. */
    router.delete('/oauth/2.0/token', ({ query }, response) => {
      if (field(query, 'client_secret') === appSecret) accessTokens.clear();
      response.status(204).end();
    });
  },
  profile(tap) {
    const { name, anonymous } = tap.person;
    const avatar = `https://himg.bdimg.com/sys/portrait/item/${anonymous ? 'default' : encodeURIComponent(name)}.jpg`;
    const { nickname, gender } = anonymous ? { nickname: '百度网友', gender: 0 as const } : tap.person;
    const { encryptedData, iv } = sealAt(tap, { openid: tap.openid, nickname, headimgurl: avatar, sex: gender });
    // The documents say `data`, the published client reads `encryptedData`.
    return { userInfo: { nickName: nickname, avatarUrl: avatar, gender, isAnonymous: anonymous }, data: encryptedData, encryptedData, iv };
  },
  phone: (tap) => sealAt(tap, { mobile: tap.person.phone.number }),
};

const sealAt = (tap: Tap, content: object) => sealFramed(contentOf(tap, content), tap.sessionKey, tap.appId);

const openid = ({ granted: { appId, person } }: Extract<Outcome, { granted: unknown }>) => openidOf('baidu', appId, person);
