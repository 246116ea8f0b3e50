import * as z from 'zod';
import { parseReply } from '../upstream/reply.ts';
import { type AccessToken, accessTokenReply } from './accessTokens.ts';
import { errcodes, throwErrcode } from './errcodes.ts';
import { type ErrorTable, misconfigured } from './errorTable.ts';
import { exchangeErrors, readSession } from './jscode2session.ts';
import type { PlatformIdentity, Upstream } from './platform.ts';
import { post, refusesToken, wechatOrigin } from './wechatRequests.ts';
import type { ComponentSettings, WechatCredentials } from './wechatSettings.ts';

type App = Pick<WechatCredentials, 'app_id' | 'base_url'>;

const { access_token: token, expires_in } = accessTokenReply.shape;
const componentReply = z.object({ component_access_token: token, expires_in });
const authorizerReply = z.object({ authorizer_access_token: token, expires_in });

const componentId = misconfigured('component.app_id: the platform has no such third-party platform');
const componentSecret = misconfigured('component.app_secret: it differs from the one at the platform');
const refusedTicket = misconfigured("the pushes of the third-party platform's tickets: the platform refuses the latest that arrived");
const refusedToken = misconfigured(
  "for another service that fetches access tokens of this third-party platform: the platform refuses this server's tokens",
);

/** Errors of requests for the third-party platform's token. */
const tokenErrors: ErrorTable = {
  ...errcodes,
  '40001': componentSecret,
  '40013': componentId,
  '40125': componentSecret,
  '41004': componentSecret,
  '61005': refusedTicket,
  '61006': refusedTicket,
  '61011': componentId,
};

/** Errors of calls with that token. */
const callErrors: ErrorTable = {
  '40001': refusedToken,
  '40013': misconfigured('app_id and component.app_id: the platform does not know one of them'),
  '40014': refusedToken,
  '42001': refusedToken,
  '61011': componentId,
};
const authorizerErrors: ErrorTable = {
  ...errcodes,
  ...callErrors,
  absent: misconfigured('component.authorizer_refresh_token: the app has none, and calls in its name need it'),
  '61023': misconfigured('component.authorizer_refresh_token: the platform refuses it; the authorisation of the app gives a new one'),
};

/**
 * Exchanges a login code in the name of the third-party platform (docs/platforms.md, 1.11).
 *
 * @throws the errors of calls to a platform
 */
export async function exchangeByComponent(
  code: string,
  component: ComponentSettings,
  app: App,
  upstream: Upstream,
): Promise<PlatformIdentity> {
  const json = await callAsComponent(component, app, upstream, (component_access_token) => {
    const url = new URL(`${app.base_url ?? wechatOrigin}/sns/component/jscode2session`);
    const who = { appid: app.app_id, component_appid: component.app_id, component_access_token };
    url.search = String(new URLSearchParams({ ...who, js_code: code, grant_type: 'authorization_code' }));
    return upstream.requestJson(url);
  });
  throwErrcode(json, upstream, { ...exchangeErrors, ...callErrors });
  return readSession(json);
}

/** Requests the access token of an authorised app. */
export async function fetchAuthorizerToken(component: ComponentSettings, app: App, upstream: Upstream): Promise<AccessToken> {
  const { app_id: component_appid, authorizer_refresh_token } = component;
  if (authorizer_refresh_token === undefined) throw upstream.refusal('absent', 'no authorizer_refresh_token', authorizerErrors);
  const body = { component_appid, authorizer_appid: app.app_id, authorizer_refresh_token };
  const json = await callAsComponent(component, app, upstream, (component_access_token) =>
    post('/cgi-bin/component/api_authorizer_token', body, { component_access_token }, app, upstream),
  );
  throwErrcode(json, upstream, authorizerErrors);
  const reply = parseReply(authorizerReply, json);
  return { token: reply.authorizer_access_token, lifetime: reply.expires_in };
}

/** Calls WeChat with the third-party platform's token, which all apps that are authorised to it share. */
function callAsComponent(
  component: ComponentSettings,
  app: App,
  upstream: Upstream,
  send: (token: string) => Promise<unknown>,
): Promise<unknown> {
  return upstream.callWithToken({
    holder: component.app_id,
    // It is not documented whether a new token ends the earlier one.
    endsEarlier: true,
    async fetchToken() {
      const { app_id: component_appid, app_secret: component_appsecret } = component;
      const component_verify_ticket = await upstream.componentTicket(component_appid);
      const body = { component_appid, component_appsecret, component_verify_ticket };
      const json = await post('/cgi-bin/component/api_component_token', body, {}, app, upstream);
      throwErrcode(json, upstream, tokenErrors);
      const reply = parseReply(componentReply, json);
      return { token: reply.component_access_token, lifetime: reply.expires_in };
    },
    send,
    refusesToken,
  });
}
