import * as z from 'zod';
import { looseNumber, parseReply } from '../upstream/reply.ts';
import { postOf } from '../upstream/request.ts';
import { type AccessToken, accessTokenReply } from './accessTokens.ts';
import { type ErrorTable, misconfigured } from './errorTable.ts';
import type { Upstream } from './platform.ts';

/** Settings of the calls to ByteDance's open platform. */
export interface BytedanceCallSettings {
  app_id: string;
  app_secret: string;
  base_url?: string | undefined;
  client_token: 'stable' | 'classic';
}

const origin = 'https://open.douyin.com';

const number = looseNumber.nullish().catch(undefined);
const inner = z.object({ error_code: number, description: z.unknown().optional() }).optional().catch(undefined);
/** Each generation of calls has other names for the number and the text. */
const refusal = z.object({
  err_no: number,
  errcode: number,
  error: number,
  err_tips: z.unknown().optional(),
  err_msg: z.unknown().optional(),
  errmsg: z.unknown().optional(),
  message: z.unknown().optional(),
  data: inner,
  extra: inner,
});

/** The platform code of a reply; 0 if it is a success. */
export function bytedanceCodeOf(json: unknown): number {
  const { err_no, errcode, error, data, extra } = parseReply(refusal, json);
  return [err_no, errcode, data?.error_code, extra?.error_code, error].find((code) => typeof code === 'number' && code !== 0) ?? 0;
}

/** @throws the error of a reply, unless it is a success */
export function throwBytedance(json: unknown, upstream: Upstream, table: ErrorTable): void {
  const code = bytedanceCodeOf(json);
  if (code === 0) return;
  const { err_tips, err_msg, errmsg, message, data, extra } = parseReply(refusal, json);
  throw upstream.refusal(code, err_tips ?? err_msg ?? errmsg ?? data?.description ?? extra?.description ?? message, table);
}

const appId = misconfigured('app_id: ByteDance has no such app');
const appSecret = misconfigured('app_secret: it differs from the one at ByteDance');
const rights = misconfigured("the app's rights in ByteDance's console: it may not make this call");

/** Errors of the exchange. Codes of another app are 40018, too. */
export const bytedanceErrors: ErrorTable = {
  '-1': 'platform_busy',
  '40014': 'code_invalid',
  '40015': appId,
  '40017': appSecret,
  '40018': 'code_invalid',
  '40019': 'code_invalid',
};

export const bytedanceTokenErrors: ErrorTable = {
  '10002': misconfigured('app_id and app_secret'),
  '10003': appId,
  '10013': appSecret,
  '10020': 'platform_rate_limited',
  '2100004': 'platform_busy',
  '28001005': 'platform_busy',
};

const refusedToken = misconfigured("for another service that fetches access tokens of this app: ByteDance refuses this server's tokens");
const tokenRefusals = new Set([28001003, 28001008, 2190002, 2190008]);
/** Errors of calls with an access token, besides those of their parameters. */
export const bytedanceTokenCallErrors: ErrorTable = {
  ...Object.fromEntries([...tokenRefusals].map((code) => [code, refusedToken])),
  '28001005': 'platform_busy',
  '28001006': 'platform_busy',
  '28001014': rights,
  '28001018': rights,
  '28001019': rights,
  '28003017': 'platform_rate_limited',
};

const tokenReply = z.object({ data: accessTokenReply });

/**
 * Calls ByteDance's open platform with the app's access token, its `client_token` (docs/platforms.md, 7.4).
 *
 * @returns the reply's JSON, whatever its code is
 */
export function postWithClientToken(path: string, body: object, settings: BytedanceCallSettings, upstream: Upstream): Promise<unknown> {
  const { app_id: client_key, app_secret: client_secret, base_url, client_token } = settings;
  const post = (to: string, json: object, headers = {}) =>
    upstream.requestJson(new URL(`${base_url ?? origin}${to}`), postOf(json, headers));
  const fetchFrom = async (to: string): Promise<AccessToken> => {
    const json = await post(to, { grant_type: 'client_credential', client_key, client_secret });
    throwBytedance(json, upstream, bytedanceTokenErrors);
    const { access_token: token, expires_in: lifetime } = parseReply(tokenReply, json).data;
    return { token, lifetime };
  };
  return upstream.callWithToken({
    async fetchToken(refused) {
      const fetched = client_token === 'stable' ? await fetchFrom('/oauth/stable_client_token/') : undefined;
      // The stable call returns the same token while it considers it valid; the other one always makes a new one.
      return fetched === undefined || fetched.token === refused ? fetchFrom('/oauth/client_token/') : fetched;
    },
    send: (token) => post(path, body, { 'access-token': token }),
    endsEarlier: true,
    refusesToken: (answer) => tokenRefusals.has(bytedanceCodeOf(answer)),
  });
}
