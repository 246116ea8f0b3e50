import { createHash } from 'node:crypto';
import * as z from 'zod';
import { parseReply } from '../upstream/reply.ts';
import { beijingTime } from './beijingTime.ts';
import { type ErrorTable, misconfigured } from './errorTable.ts';
import { definePlatform } from './platform.ts';
import { replyId, replyIdOrNone } from './replyId.ts';
import { openSealedProfile } from './sealedProfile.ts';
import { appSecretSettings } from './settings.ts';
import { plainProfile } from './userInfo.ts';

const settings = appSecretSettings.extend({
  /** The JOS method that exchanges a code. JD's own endpoint is not public (docs/platforms.md, 5.1). */
  method: z.string().min(1).max(128).default('jingdong.miniapp.mixUserInfo'),
});

const number = z.union([z.string(), z.number()]).transform(String);
const gatewayRefusal = z.object({ error_response: z.object({ code: number, zh_desc: z.unknown().optional() }).optional() });
const answer = z.object({ code: number, result: z.unknown().optional() });
const outcome = z.object({ code: number, error: z.unknown().optional() });
const identity = z.object({
  mixUserInfo: z.object({
    openId: replyId,
    xId: replyIdOrNone.optional(),
    /** JD's guide mentions it, but the gateway has returned none so far. */
    session_key: z.string().min(1).max(256).optional(),
  }),
});

const appKey = misconfigured('app_id: JD has no such App Key, or only in its sandbox');
const signature = misconfigured('app_secret: the signature made with it is wrong');
const accessToken = misconfigured('method: it needs an access token, which logins do not have');

/** The gateway's system errors, from jos.jd.com's table. */
export const jdGatewayErrors: ErrorTable = {
  '2': 'platform_rate_limited',
  '8': misconfigured("this server's clock: JD accepts requests of the last six minutes"),
  '9': appKey,
  '10': appKey,
  '11': signature,
  '12': signature,
  '15': misconfigured('method: JD has no method of this name'),
  '18': accessToken,
  '19': accessToken,
  '20': appKey,
  '21': appKey,
  '24': misconfigured("the app's rights in JD's console: it may not call the method"),
  '43': 'platform_busy',
};
/** Only 10102, an expired code, is known. */
export const jdErrors: ErrorTable = { '10102': 'code_invalid' };

/** JD mini-programs (docs/platforms.md, 5), through the signed call of JD's open gateway. */
export const jd = definePlatform({
  displayName: { en: 'JD', zh: '京东' },
  settings,
  async exchangeCode(code, { app_id, app_secret, base_url, method }, upstream) {
    const parameters = {
      '360buy_param_json': JSON.stringify({ code }),
      app_key: app_id,
      format: 'json',
      method,
      sign_method: 'md5',
      timestamp: beijingTime(upstream.now()),
      v: '2.0',
    };
    const json = await upstream.requestJson(new URL(`${base_url ?? 'https://api.jd.com'}/routerjson`), {
      method: 'POST',
      body: new URLSearchParams({ ...parameters, sign: sign(parameters, app_secret) }),
    });
    const { error_response } = parseReply(gatewayRefusal, json);
    if (error_response) throw upstream.refusal(error_response.code, error_response.zh_desc, jdGatewayErrors);

    // JD's own spelling.
    const envelope = `${method.replaceAll('.', '_')}_responce`;
    const { code: gatewayCode, result } = parseReply(
      z
        .looseObject({})
        .transform((reply) => reply[envelope])
        .pipe(answer),
      json,
    );
    if (gatewayCode !== '0') throw upstream.refusal(gatewayCode, undefined, jdGatewayErrors);
    const { code: businessCode, error } = parseReply(outcome, result);
    if (businessCode !== '0') throw upstream.refusal(businessCode, error, jdErrors);
    const { openId, xId, session_key } = parseReply(identity, result).mixUserInfo;
    return { openid: openId, ...(session_key && { sessionKey: session_key }), ...(xId && { profile: { xId } }) };
  },
  openProfile(grant, person, settings) {
    const { data, iv } = grant;
    if (data !== undefined && iv !== undefined && person.sessionKey !== undefined) {
      return openSealedProfile({ encryptedData: data, iv }, person, settings);
    }
    return grant.userInfo && plainProfile(grant.userInfo);
  },
  unverified: "JD's gateway accepts the key and the signature; only a real login shows whether the app may use the method",
});

/** `UPPER(md5(secret + k1v1k2v2… + secret))` over the parameters sorted by name. */
export function sign(parameters: Record<string, string>, secret: string): string {
  const base = Object.keys(parameters)
    .sort()
    .map((name) => name + parameters[name])
    .join('');
  return createHash('md5').update(`${secret}${base}${secret}`).digest('hex').toUpperCase();
}
