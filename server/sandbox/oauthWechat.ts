import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import { html } from '../mail/html.ts';
import type { WebProvider } from '../store/schema.ts';
import type { Refusal } from './counter.ts';
import { keepLatest } from './keepLatest.ts';
import { field, type SimulatedServer } from './page.ts';
import { openidOf, unionidOf } from './people.ts';

const errors: Record<Refusal, { errcode: number; errmsg: string }> = {
  code_unknown: { errcode: 40029, errmsg: 'invalid code' },
  code_expired: { errcode: 40029, errmsg: 'invalid code' },
  code_used: { errcode: 40163, errmsg: 'code been used' },
  app_unknown: { errcode: 40013, errmsg: 'invalid appid' },
  secret_wrong: { errcode: 40125, errmsg: 'invalid appsecret' },
  busy: { errcode: -1, errmsg: 'system error' },
  rate_limited: { errcode: 45011, errmsg: 'api minute-quota reach limit' },
};

/** The person's consent behind a code or a token. */
interface Consent {
  person: string;
  appId: string;
  scope: string;
  /** Whether the page is in preview mode. */
  preview: boolean;
}

const people = ['larry', 'mei', 'ada'];

/** The page's cookie: the person who is logged in to this WeChat. */
const personCookie = 'sandbox_person';

interface OauthPage {
  provider: WebProvider;
  path: string;
  /** The scopes that the page accepts. */
  scopes: readonly string[];
}

/**
 * Creates WeChat's page of a web login, on which anyone can be anyone: `person` in its address chooses without a click, `deny=1` declines,
 * and `preview=1` is WeChat's preview mode.
 */
const oauthPage = ({ provider, path, scopes }: OauthPage): SimulatedServer => ({
  codeLifetime: 300,
  mount(router, counter) {
    const consents = new Map<string, Consent>();
    const tokens = new Map<string, Consent>();

    router.get(path, ({ query, headers }: Request, response: Response) => {
      const appId = field(query, 'appid') ?? '';
      const back = URL.parse(field(query, 'redirect_uri') ?? '');
      const scope = field(query, 'scope') ?? '';
      if (appId !== counter.credentials.appId || !back || !scopes.includes(scope) || field(query, 'response_type') !== 'code') {
        return void response
          .status(400)
          .type('html')
          .send('<!doctype html><title>WeChat</title><p>appid, redirect_uri, scope or response_type is wrong</p>');
      }
      back.searchParams.set('state', field(query, 'state') ?? '');
      if (field(query, 'deny') === '1') return void response.redirect(back.href);
      // Without consent, WeChat knows who the person is and asks nothing.
      const known = scope === 'snsapi_base' ? new RegExp(`${personCookie}=([^;]+)`).exec(headers.cookie ?? '')?.[1] : undefined;
      const person = field(query, 'person') ?? known;
      if (person === undefined) return void response.type('html').send(chooser(query, scope));
      const code = counter.login(person, appId, undefined);
      keepLatest(consents, code, { person, appId, scope, preview: field(query, 'preview') === '1' });
      back.searchParams.set('code', code);
      response.cookie(personCookie, person).redirect(back.href);
    });

    router.get('/sns/oauth2/access_token', async ({ query }: Request, response: Response) => {
      const appId = field(query, 'appid');
      const code = field(query, 'code');
      if (await counter.stumble(code, response)) return;
      const wrongApp = counter.checkApp(appId, field(query, 'secret'));
      const outcome = wrongApp ? { refused: wrongApp } : counter.exchange(code, appId ?? '');
      const consent = consents.get(code ?? '');
      if ('refused' in outcome) return void sendText(response, errors[outcome.refused]);
      if (!consent) return void sendText(response, errors.code_unknown);
      const access_token = randomBytes(48).toString('base64url');
      keepLatest(tokens, access_token, consent);
      const ids = idsOf(provider, consent);
      const shown = consent.scope === 'snsapi_base' ? { openid: ids.openid, unionid: ids.unionid } : ids;
      sendText(response, {
        access_token,
        expires_in: 7200,
        refresh_token: randomBytes(48).toString('base64url'),
        scope: consent.scope,
        ...shown,
        ...(consent.preview && { is_snapshotuser: 1 }),
      });
    });

    router.get('/sns/userinfo', async ({ query }: Request, response: Response) => {
      if (await counter.stumble(undefined, response)) return;
      const consent = tokens.get(field(query, 'access_token') ?? '');
      if (!consent) return void sendText(response, { errcode: 40001, errmsg: 'invalid credential' });
      const ids = idsOf(provider, consent);
      if (consent.scope === 'snsapi_base' || consent.preview)
        return void sendText(response, { errcode: 48001, errmsg: 'api unauthorized' });
      if (field(query, 'openid') !== ids.openid) return void sendText(response, { errcode: 40003, errmsg: 'invalid openid' });
      const { nickname, gender: sex, city, province, country, anonymous, name } = counter.people.named(consent.person);
      const headimgurl = `https://thirdwx.qlogo.cn/mmopen/vi_32/${encodeURIComponent(name)}/132`;
      const profile = anonymous
        ? { nickname: '微信用户', sex: 0, province: '', city: '', country: '', headimgurl: '' }
        : { nickname, sex, province, city, country, headimgurl };
      sendText(response, { ...ids, ...profile, privilege: [] });
    });
  },
});

/** Everyone has another openid in each app, and one unionid in all of WeChat; in preview mode both are made up. */
const idsOf = (provider: string, { appId, person, preview }: Consent) => ({
  openid: openidOf(provider, appId, preview ? `${person}, made up` : person),
  unionid: unionidOf('wechat', preview ? `${person}, made up` : person),
});

/** WeChat sends JSON as text. */
const sendText = (response: Response, reply: object) => void response.type('text/plain').send(JSON.stringify(reply));

/** The page on which a person agrees. An embedded QR code leaves the frame unless `self_redirect` is true. */
function chooser(query: Request['query'], scope: string): string {
  const kept = ['appid', 'redirect_uri', 'response_type', 'scope', 'state'].map(
    (name) => html`<input type="hidden" name="${name}" value="${field(query, name) ?? ''}">`,
  );
  const target = field(query, 'self_redirect') === 'true' || scope !== 'snsapi_login' ? '_self' : '_top';
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>WeChat (sandbox)</title>
<style>body { font: 16px/1.6 system-ui, sans-serif; max-width: 22rem; margin: 2rem auto; padding: 0 1rem } button { font: inherit; display: block; width: 100%; margin: .5rem 0; padding: .5rem }</style>
<h1>WeChat (sandbox)</h1>
<p>${scope === 'snsapi_login' ? 'Scan the QR code as' : 'Continue as'}</p>
<form target="${target}">
${kept}
${people.map((person) => html`<button name="person" value="${person}">${person}</button>`)}
<label><input type="checkbox" name="preview" value="1"> in preview mode</label>
<button name="deny" value="1">Decline</button>
</form>
</html>
`.html;
}

/** The web logins that the sandbox simulates. */
export const webLoginPages: Readonly<Record<WebProvider, SimulatedServer>> = {
  'oauth-wechat-web': oauthPage({ provider: 'oauth-wechat-web', path: '/connect/qrconnect', scopes: ['snsapi_login'] }),
  'oauth-wechat-mp': oauthPage({
    provider: 'oauth-wechat-mp',
    path: '/connect/oauth2/authorize',
    scopes: ['snsapi_base', 'snsapi_userinfo'],
  }),
};
