import * as z from 'zod';
import { parseReply } from '../upstream/reply.ts';
import { postOf } from '../upstream/request.ts';
import { bytedanceErrors, throwBytedance } from './bytedanceCalls.ts';
import { exchangePhoneCode } from './bytedancePhoneCode.ts';
import { bytedancePushes } from './bytedancePushes.ts';
import { hostAppNamed, unnamedHostApps } from './hostApps.ts';
import { openPhone, wechatPhone } from './phone.ts';
import { definePlatform, type LoginFields, type PlatformIdentity, type Upstream } from './platform.ts';
import { replyId, replyIdOrNone } from './replyId.ts';
import { readPrivateKey } from './rsaKeys.ts';
import { bytedanceProfile, openSignedProfile } from './sealedProfile.ts';
import { appSecretSettings, filledIn, sealedPhone, secret } from './settings.ts';

const settings = appSecretSettings.extend({
  /** Shorter than elsewhere: the name of a host app follows it. */
  app_id: filledIn(60),
  /** The exchange: of mini-programs, its first version, or of mini-games (docs/platforms.md, 7.1). */
  exchange: z.enum(['v2', 'v1', 'mini_game']).default('v2'),
  /** The call that returns the access token for phone codes (docs/platforms.md, 7.4). */
  client_token: z.enum(['stable', 'classic']).default('stable'),
  /** The private key whose public key is in the console. Without it, phone codes cannot be read. */
  private_key: secret(8192)
    .refine((text) => readPrivateKey(text) !== undefined, 'must be an RSA private key: PEM or its base64 text, PKCS#8 or PKCS#1')
    .optional(),
  /** ByteDance's server gives the number for a phone code, so a sealed number verifies nothing unless the app opts in. */
  sealed_phone: sealedPhone.default('unproven'),
});
export type BytedanceSettings = z.infer<typeof settings>;

const person = z.object({ openid: replyId, unionid: replyIdOrNone.nullish(), session_key: z.string().min(1).max(256) });
const device = z.object({ anonymous_openid: replyId });

/** ByteDance mini-programs, on Douyin, Toutiao and other host apps (docs/platforms.md, 7). */
export const bytedance = definePlatform({
  displayName: { en: 'ByteDance', zh: '抖音、头条（字节跳动）' },
  settings,
  exchangeCode,
  openProfile: (grant, person, settings) => openSignedProfile(grant, person, settings, bytedanceProfile),
  phone: (settings) => ({
    // The call for a phone code neither takes nor returns an openid.
    ...(settings.private_key !== undefined && { codes: 'unchecked' as const }),
    sealed: settings.sealed_phone,
    async read(grant, holder, upstream) {
      if (grant.phone_code === undefined) return openPhone(wechatPhone, grant, holder, settings, upstream.now());
      return { number: await exchangePhoneCode(grant.phone_code, settings, upstream), trust: 'believed' };
    },
  }),
  pushes: (settings) => bytedancePushes(settings),
});

/** Exchanges a code. Without one, the anonymous code identifies the device only. */
async function exchangeCode(
  code: string,
  settings: BytedanceSettings,
  upstream: Upstream,
  { anonymous_code, app_name = '' }: LoginFields,
): Promise<PlatformIdentity> {
  const codes = { ...(code && { code }), ...(anonymous_code && { anonymous_code }) };
  const reply = await send(codes, settings, upstream);
  if (!code) return { openid: parseReply(device, reply).anonymous_openid, hostApp: unnamedHostApps.device, isDevice: true };
  const { openid, unionid, session_key } = parseReply(person, reply);
  return { openid, sessionKey: session_key, ...(unionid && { unionid }), hostApp: hostAppNamed(app_name) };
}

const origins = { v2: 'https://developer.toutiao.com', v1: 'https://developer.toutiao.com', mini_game: 'https://minigame.zijieapi.com' };
const paths = {
  v2: '/api/apps/v2/jscode2session',
  v1: '/api/apps/jscode2session',
  mini_game: '/mgplatform/api/apps/jscode2session',
};

/** Sends the codes, and returns the part of the reply that has the ids. */
async function send(
  codes: { code?: string; anonymous_code?: string },
  { app_id, app_secret, base_url, exchange }: BytedanceSettings,
  upstream: Upstream,
): Promise<unknown> {
  const url = new URL(`${base_url ?? origins[exchange]}${paths[exchange]}`);
  const fields = { appid: app_id, secret: app_secret, ...codes };
  if (exchange !== 'v2') {
    url.search = String(new URLSearchParams(fields));
    const json = await upstream.requestJson(url);
    throwBytedance(json, upstream, bytedanceErrors);
    return json;
  }
  const json = await upstream.requestJson(url, postOf(fields));
  throwBytedance(json, upstream, bytedanceErrors);
  return parseReply(z.object({ data: z.unknown() }), json).data;
}
