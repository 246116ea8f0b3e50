import { Picture } from '../upstream/picture.ts';
import { parseReply } from '../upstream/reply.ts';
import { type AccessToken, accessTokenReply } from './accessTokens.ts';
import { errcodeOf, errcodes, throwErrcode } from './errcodes.ts';
import { type ErrorTable, misconfigured } from './errorTable.ts';
import type { Upstream } from './platform.ts';
import type { AppSecretSettings } from './settings.ts';

const origin = 'https://api.weixin.qq.com';

const refusedToken = misconfigured("for another service that fetches access tokens of this app: the platform refuses this server's tokens");
/** Errors of calls with an access token, by a platform code. */
export const tokenCallErrors: ErrorTable = { ...errcodes, '40001': refusedToken, '40014': refusedToken, '42001': refusedToken };
const tokenRefusals = new Set([40001, 40014, 42001]);

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
  { app_id, app_secret, base_url }: AppSecretSettings,
  upstream: Upstream,
  receive: 'requestJson' | 'requestPicture' = 'requestJson',
): Promise<unknown> {
  const post = (to: string, json: object, query: Record<string, string>, how: typeof receive) => {
    const url = new URL(`${base_url ?? origin}${to}`);
    url.search = String(new URLSearchParams(query));
    return upstream[how](url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(json) });
  };
  const stableToken = async (force_refresh: boolean): Promise<AccessToken> => {
    const request = { grant_type: 'client_credential', appid: app_id, secret: app_secret, force_refresh };
    const json = await post('/cgi-bin/stable_token', request, {}, 'requestJson');
    throwErrcode(json, upstream, errcodes);
    const { access_token: token, expires_in: lifetime } = parseReply(accessTokenReply, json);
    return { token, lifetime };
  };
  return upstream.callWithToken({
    async fetchToken(refused) {
      const fetched = await stableToken(false);
      // WeChat returns the same token while it considers it valid.
      return fetched.token === refused ? stableToken(true) : fetched;
    },
    send: (access_token) => post(path, body, { access_token }, receive),
    refusesToken: (answer) => !(answer instanceof Picture) && tokenRefusals.has(errcodeOf(answer)),
  });
}
