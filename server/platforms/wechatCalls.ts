import { parseReply } from '../upstream/reply.ts';
import { type AccessToken, accessTokenReply } from './accessTokens.ts';
import { errcodes, throwErrcode } from './errcodes.ts';
import type { Upstream } from './platform.ts';
import { fetchAuthorizerToken } from './wechatComponent.ts';
import { post, type Receive, refusesToken } from './wechatRequests.ts';
import type { WechatCredentials } from './wechatSettings.ts';

/**
 * Calls WeChat's server with the app's access token (docs/platforms.md, 1.4).
 *
 * @param receive how the reply is read
 * @returns the reply's JSON, whatever its `errcode` is, or its picture
 * @throws the errors of calls to a platform
 */
export function postWithToken(
  path: string,
  body: object,
  credentials: WechatCredentials,
  upstream: Upstream,
  receive: Receive = 'requestJson',
): Promise<unknown> {
  const { component } = credentials;
  return upstream.callWithToken({
    // It is not documented whether a new token of an authorised app ends the earlier one.
    ...(component && { endsEarlier: true }),
    fetchToken: (refused) =>
      component ? fetchAuthorizerToken(component, credentials, upstream) : fetchStableToken(refused, credentials, upstream),
    send: (access_token) => post(path, body, { access_token }, credentials, upstream, receive),
    refusesToken,
  });
}

async function fetchStableToken(refused: string | undefined, credentials: WechatCredentials, upstream: Upstream): Promise<AccessToken> {
  const { app_id: appid, app_secret: secret } = credentials;
  const ask = async (force_refresh: boolean) => {
    const request = { grant_type: 'client_credential', appid, secret, force_refresh };
    const json = await post('/cgi-bin/stable_token', request, {}, credentials, upstream);
    throwErrcode(json, upstream, errcodes);
    const { access_token: token, expires_in: lifetime } = parseReply(accessTokenReply, json);
    return { token, lifetime };
  };
  const fetched = await ask(false);
  // WeChat returns the same token while it considers it valid.
  return fetched.token === refused ? ask(true) : fetched;
}
