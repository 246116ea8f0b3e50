import * as z from 'zod';
import { parseReply } from '../upstream/reply.ts';
import { type AccessToken, accessTokenReply } from './accessTokens.ts';
import { type ErrorTable, misconfigured } from './errorTable.ts';
import { definePlatform, type PlatformIdentity, type Profile, type ProfileGrant, type Upstream } from './platform.ts';
import { replyId } from './replyId.ts';
import { saidProfile } from './saidProfile.ts';
import { checkSealedOf, knownKey, openFramed, toShape } from './sealed.ts';
import { appSecretSettings } from './settings.ts';
import { text } from './userInfo.ts';

const settings = appSecretSettings.extend({
  /** Baidu has two generations of the exchange; whether the older one will remain is unknown (docs/platforms.md, 3.1). */
  exchange: z.enum(['jscode2sessionkey', 'getsessionkey']).default('jscode2sessionkey'),
});
type Settings = z.infer<typeof settings>;

const sessionKey = z.string().min(1).max(256);
const openid = replyId;
/** A sealed profile. Its field names differ from those of the profile that the host shows in plain text. */
const profile = z.object({
  openid: openid.optional(),
  nickname: text(256),
  headimgurl: text(2048).optional(),
  /** Documented as text and as a number. */
  sex: z.union([z.number(), z.string().max(16)]).optional(),
});
const platformCode = z.union([z.number(), z.string()]).transform((code) => String(code).trim());
const refusal = z.object({
  error_code: platformCode.optional(),
  error_msg: z.unknown().optional(),
  errno: platformCode.optional(),
  error: z.string().optional(),
  error_description: z.unknown().optional(),
});

const credentials = misconfigured('app_id, which is the App Key, and app_secret');
const rights = misconfigured("the app's rights in Baidu's console: it may not make this call");
const address = misconfigured("the allow-list of IP addresses in Baidu's console: this server's address is not in it");
const refusedToken = misconfigured('for another service that requests access tokens of this app: Baidu refuses those of this server');

/** Baidu's OAuth errors and its gateway's codes. Of its errno table only 10010100 is known; `error_codes` can add others. */
export const baiduErrors: ErrorTable = {
  invalid_grant: 'code_invalid',
  expired_token: 'code_invalid',
  invalid_request: 'code_invalid',
  invalid_client: credentials,
  unauthorized_client: rights,
  unsupported_grant_type: rights,
  invalid_scope: rights,
  slow_down: 'platform_rate_limited',
  temporarily_unavailable: 'platform_busy',
  '2': 'platform_busy',
  '4': 'platform_rate_limited',
  '5': address,
  '6': rights,
  '13': credentials,
  '14': credentials,
  '15': credentials,
  '17': 'platform_rate_limited',
  '18': 'platform_rate_limited',
  '19': 'platform_rate_limited',
  '101': credentials,
  '104': credentials,
  '110': refusedToken,
  '111': refusedToken,
};
const tokenErrors = new Set(['110', '111']);

/** Baidu smart programs (docs/platforms.md, 3). `app_id` is the App Key. */
export const baidu = definePlatform({
  displayName: { en: 'Baidu', zh: '百度' },
  settings,
  exchangeCode: (code, settings, upstream) =>
    settings.exchange === 'getsessionkey' ? getSessionKey(code, settings, upstream) : jscode2sessionkey(code, settings, upstream),
  openProfile,
  // Both generations use the same key and secret, but only the token call reports clearly that they are wrong.
  probe: fetchToken,
});

/** Exchanges a code by the first generation: a form with the app's secret, and a flat reply. */
async function jscode2sessionkey(code: string, { app_id, app_secret, base_url }: Settings, upstream: Upstream): Promise<PlatformIdentity> {
  const json = await upstream.requestJson(new URL(`${base_url ?? 'https://spapi.baidu.com'}/oauth/jscode2sessionkey`), {
    method: 'POST',
    body: new URLSearchParams({ code, client_id: app_id, sk: app_secret }),
  });
  throwRefusal(json, upstream);
  const reply = parseReply(z.object({ openid, session_key: sessionKey }), json);
  return { openid: reply.openid, sessionKey: reply.session_key };
}

/** Exchanges a code by the second generation: with an access token, and a nested reply. */
async function getSessionKey(code: string, settings: Settings, upstream: Upstream): Promise<PlatformIdentity> {
  const json = await upstream.callWithToken({
    fetchToken: () => fetchToken(settings, upstream),
    send(token) {
      const url = new URL(`${settings.base_url ?? 'https://openapi.baidu.com'}/rest/2.0/smartapp/getsessionkey`);
      url.search = String(new URLSearchParams({ access_token: token, code }));
      return upstream.requestJson(url, { method: 'POST', body: new URLSearchParams() });
    },
    refusesToken: (reply) => tokenErrors.has(platformCodeOf(reply) ?? ''),
  });
  throwRefusal(json, upstream);
  const { data } = parseReply(z.object({ data: z.object({ open_id: openid, session_key: sessionKey }) }), json);
  return { openid: data.open_id, sessionKey: data.session_key };
}

/** Opens a profile in Baidu's own framing, which ends with the App Key. It is not signed, so it is for display only. */
function openProfile({ data, iv }: ProfileGrant, person: PlatformIdentity, { app_id }: Settings): Profile | undefined {
  if (data === undefined || iv === undefined) return undefined;
  const { openid, ...original } = toShape(profile, openFramed({ encryptedData: data, iv }, knownKey(person), app_id));
  checkSealedOf(person.openid, openid);
  return saidProfile(original, { nickname: 'nickname', avatar: 'headimgurl', gender: 'sex' });
}

function platformCodeOf(json: unknown): string | undefined {
  const { error_code, errno, error } = parseReply(refusal, json);
  if (error_code !== undefined && error_code !== '0') return error_code;
  if (error !== undefined && Object.hasOwn(baiduErrors, error)) return error;
  if (errno !== undefined && errno !== '0') return errno;
  return error;
}

/** @param table errors of the call's own parameters, looked up first */
function throwRefusal(json: unknown, upstream: Upstream, table: ErrorTable = {}): void {
  const platformCode = platformCodeOf(json);
  if (platformCode === undefined) return;
  const { error_msg, error, error_description } = parseReply(refusal, json);
  const about = String(error_description ?? error_msg ?? error);
  throw upstream.refusal(platformCode, about, { ...baiduErrors, '10010100': parameterAtFault(about), ...table });
}

/** Finds the error for 10010100, whose text alone names the wrong parameter. */
function parameterAtFault(about: string) {
  if (/ClientID|\bSK\b/i.test(about)) return credentials;
  return /Param\.Code\b/i.test(about) ? 'code_invalid' : 'platform_failed';
}

/** Requests a token, which is valid for 30 days. Earlier tokens stay valid. */
async function fetchToken({ app_id, app_secret, base_url }: Settings, upstream: Upstream): Promise<AccessToken> {
  const url = new URL(`${base_url ?? 'https://openapi.baidu.com'}/oauth/2.0/token`);
  url.search = String(
    new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: app_id,
      client_secret: app_secret,
      scope: 'smartapp_snsapi_base',
    }),
  );
  const json = await upstream.requestJson(url);
  throwRefusal(json, upstream, { invalid_request: credentials });
  const { access_token: token, expires_in: lifetime } = parseReply(accessTokenReply, json);
  return { token, lifetime };
}
