import * as z from 'zod';
import { looseNumber, parseReply } from '../upstream/reply.ts';
import { postOf } from '../upstream/request.ts';
import { type AccessToken, accessTokenReply } from './accessTokens.ts';
import { type ErrorTable, misconfigured } from './errorTable.ts';
import { undocumentedPhone } from './phone.ts';
import { phoneFields } from './phoneFields.ts';
import { definePlatform, type Upstream } from './platform.ts';
import { replyId } from './replyId.ts';
import { openSignedProfile, xiaohongshuProfile } from './sealedProfile.ts';
import { appSecretSettings, sealedPhone } from './settings.ts';

const settings = appSecretSettings.extend({
  /** The name of the app's id in the query of the exchange: documents and code disagree (docs/platforms.md, 8.1). */
  app_id_parameter: z.enum(['app_id', 'appid']).default('app_id'),
  /** Xiaohongshu's server has no call that returns numbers, so sealed numbers are trusted by default. */
  sealed_phone: sealedPhone.default('believed'),
  /** See docs/platforms.md, 8.3. */
  phone_fields: phoneFields,
});
type Settings = z.infer<typeof settings>;

const outcome = z.object({ code: looseNumber.optional(), success: z.boolean().optional(), msg: z.unknown().optional() });
const sessionKey = z.string().min(1).max(256);
/** Pages of the documents disagree on the id's spelling. */
const identity = z.object({
  data: z.union([
    z.object({ openid: replyId, session_key: sessionKey }),
    z.object({ open_id: replyId, session_key: sessionKey }).transform(({ open_id, session_key }) => ({ openid: open_id, session_key })),
  ]),
});
const { access_token, expires_in: seconds } = accessTokenReply.shape;
const token = z.object({
  data: z
    .object({ access_token, expire_in: seconds.optional(), expires_in: seconds.optional() })
    .transform(
      ({ access_token, expire_in, expires_in }): AccessToken => ({ token: access_token, lifetime: expire_in ?? expires_in ?? 300 }),
    ),
});

/** The code of a refused access token. */
const refusedToken = 410101;
export const xiaohongshuErrors: ErrorTable = {
  '2': 'platform_busy',
  '410002': misconfigured('app_id: Xiaohongshu has no such app'),
  '410004': misconfigured('app_secret: it differs from the one at Xiaohongshu'),
  [refusedToken]: misconfigured("for another service that fetches access tokens of this app: Xiaohongshu refuses this server's tokens"),
  '410103': 'code_invalid',
};

/** Xiaohongshu mini-programs (docs/platforms.md, 8). There is no unionid. */
export const xiaohongshu = definePlatform({
  displayName: { en: 'Xiaohongshu', zh: '小红书' },
  settings,
  async exchangeCode(code, settings, upstream) {
    const { app_id, app_id_parameter } = settings;
    const json = await upstream.callWithToken({
      fetchToken: () => fetchToken(settings, upstream),
      send(access_token) {
        const url = new URL(`${originOf(settings)}/api/rmp/session`);
        url.search = String(new URLSearchParams({ [app_id_parameter]: app_id, access_token, code }));
        return upstream.requestJson(url);
      },
      endsEarlier: true,
      refusesToken: (reply) => codeOf(reply) === refusedToken,
    });
    throwRefusal(json, upstream);
    const { openid, session_key } = parseReply(identity, json).data;
    return { openid, sessionKey: session_key };
  },
  openProfile: (grant, person, settings) => openSignedProfile(grant, person, settings, xiaohongshuProfile),
  phone: (settings) => undocumentedPhone(settings),
});

const originOf = ({ base_url }: Settings): string => base_url ?? 'https://miniapp.xiaohongshu.com';

/** Requests a token. The token before it stays valid for five minutes, the one before that ends at once. */
async function fetchToken(settings: Settings, upstream: Upstream): Promise<AccessToken> {
  const { app_id: appid, app_secret: secret } = settings;
  const json = await upstream.requestJson(new URL(`${originOf(settings)}/api/rmp/token`), postOf({ appid, secret }));
  throwRefusal(json, upstream);
  return parseReply(token, json).data;
}

const codeOf = (json: unknown): number => parseReply(outcome, json).code ?? 0;

/** @throws the error of a reply, unless it is a success */
function throwRefusal(json: unknown, upstream: Upstream): void {
  const { code = 0, success, msg } = parseReply(outcome, json);
  if (code !== 0 || success === false) throw upstream.refusal(code, msg, xiaohongshuErrors);
}
