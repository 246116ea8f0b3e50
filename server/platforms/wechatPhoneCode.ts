import * as z from 'zod';
import { ApiError } from '../errors.ts';
import type { PhoneNumber } from '../store/schema.ts';
import { parseReply } from '../upstream/reply.ts';
import { type AccessToken, accessTokenReply } from './accessTokens.ts';
import { errcodeOf, errcodes, throwErrcode } from './errcodes.ts';
import { type ErrorTable, misconfigured } from './errorTable.ts';
import { readNumber, wechatPhoneReply } from './phone.ts';
import type { Upstream } from './platform.ts';
import type { AppSecretSettings } from './settings.ts';

const origin = 'https://api.weixin.qq.com';
const reply = z.object({ phone_info: wechatPhoneReply });

const tokenRefusals = new Set([40001, 40014, 42001]);
const refusedToken = misconfigured("for another service that fetches access tokens of this app: the platform refuses this server's tokens");
/** 40003: the code is of another openid. 40013: it is of another app. */
const phoneErrors: ErrorTable = {
  ...errcodes,
  '40001': refusedToken,
  '40003': 'phone_code_invalid',
  '40013': 'phone_code_invalid',
  '40014': refusedToken,
  '40029': 'phone_code_invalid',
  '40163': 'phone_code_invalid',
  '42001': refusedToken,
};

/**
 * Exchanges the code of WeChat's phone button for the number, which uses it up (docs/platforms.md, 1.4).
 *
 * @param openid the person who must own the code; WeChat checks it
 * @throws phone_code_invalid, and the errors of any call to a platform
 */
export async function exchangePhoneCode(
  code: string,
  openid: string | undefined,
  { app_id, app_secret, base_url }: AppSecretSettings,
  upstream: Upstream,
): Promise<PhoneNumber> {
  const post = (path: string, body: object, query = {}) => {
    const url = new URL(`${base_url ?? origin}${path}`);
    url.search = String(new URLSearchParams(query));
    return upstream.requestJson(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  };
  const stableToken = async (force_refresh: boolean): Promise<AccessToken> => {
    const json = await post('/cgi-bin/stable_token', { grant_type: 'client_credential', appid: app_id, secret: app_secret, force_refresh });
    throwErrcode(json, upstream, errcodes);
    const { access_token: token, expires_in: lifetime } = parseReply(accessTokenReply, json);
    return { token, lifetime };
  };
  const json = await upstream.callWithToken({
    async fetchToken(refused) {
      const fetched = await stableToken(false);
      // WeChat returns the same token while it considers it valid.
      return fetched.token === refused ? stableToken(true) : fetched;
    },
    send: (access_token) => post('/wxa/business/getuserphonenumber', { code, openid }, { access_token }),
    refusesToken: (answer) => tokenRefusals.has(errcodeOf(answer)),
  });
  throwErrcode(json, upstream, phoneErrors);
  const { watermark, ...info } = parseReply(reply, json).phone_info;
  const number = await readNumber(info);
  // Invalid replies of WeChat are not the client's fault.
  if (watermark.appid !== app_id) throw new ApiError('platform_failed', { detail: { fault: 'number of another app' } });
  if (number === undefined) throw new ApiError('platform_failed', { detail: { fault: 'no phone number' } });
  return number;
}
