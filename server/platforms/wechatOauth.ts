import * as z from 'zod';
import { UpstreamError } from '../upstream/errors.ts';
import { looseNumber, parseReply } from '../upstream/reply.ts';
import { errcodeOf, errcodes, throwErrcode } from './errcodes.ts';
import type { ErrorTable } from './errorTable.ts';
import { exchangeErrors } from './jscode2session.ts';
import type { Upstream } from './platform.ts';
import { replyId, replyIdOrNone } from './replyId.ts';
import { saidProfile } from './saidProfile.ts';
import { appSecretSettings } from './settings.ts';
import { withBusyRetry } from './upstream.ts';
import { text } from './userInfo.ts';
import type { Visit, WebPerson } from './webLogin.ts';
import { wechatOrigin } from './wechatRequests.ts';

/** Settings of WeChat's web logins. */
export const oauthSettings = appSecretSettings.extend({
  /** Address of WeChat's pages, which people's browsers open; `base_url`, or WeChat's own address, if absent. */
  pages_url: z.url({ protocol: /^https?$/ }).optional(),
});
export type OauthSettings = z.infer<typeof oauthSettings>;

/** A page of WeChat. Its documents demand this order of the parameters, and the fragment. */
export function pageOf(
  path: string,
  scope: string,
  { redirectUri, state }: Visit,
  { app_id, base_url, pages_url }: OauthSettings,
  extras: Record<string, string> = {},
): string {
  const parameters = { appid: app_id, redirect_uri: redirectUri, response_type: 'code', scope, state, ...extras };
  return `${pages_url ?? base_url ?? 'https://open.weixin.qq.com'}${path}?${new URLSearchParams(parameters)}#wechat_redirect`;
}

const exchanged = z.object({
  access_token: z.string().min(1).max(512),
  openid: replyId,
  unionid: replyIdOrNone.optional(),
  /** 1 for the made-up person of a page in preview mode. */
  is_snapshotuser: looseNumber.optional(),
});
const oauthErrors: ErrorTable = { ...exchangeErrors, '42003': 'code_invalid' };

const userinfo = z.object({
  openid: replyId,
  unionid: replyIdOrNone.optional(),
  nickname: text(256).optional(),
  sex: looseNumber.optional(),
  province: text(256).optional(),
  city: text(256).optional(),
  country: text(256).optional(),
  headimgurl: text(2048).optional(),
});
const names = {
  nickname: 'nickname',
  avatar: 'headimgurl',
  gender: 'sex',
  province: 'province',
  city: 'city',
  country: 'country',
} as const;

/** The call is not allowed: for a person who agreed to it, because the page is in preview mode. */
const unauthorized = 48001;

/**
 * Exchanges a code of WeChat's pages, and fetches the profile unless the login is silent. WeChat's tokens are not kept.
 *
 * @param hasPreview whether the page may be in preview mode, whose person is made up (docs/platforms.md, 1.10)
 */
export async function exchangeOauthCode(
  code: string,
  { silent }: Pick<Visit, 'silent'>,
  { app_id, app_secret, base_url }: OauthSettings,
  upstream: Upstream,
  hasPreview: boolean,
): Promise<WebPerson | 'preview'> {
  const ask = (path: string, query: Record<string, string>) => {
    const url = new URL(`${base_url ?? wechatOrigin}${path}`);
    url.search = String(new URLSearchParams(query));
    return upstream.requestJson(url);
  };
  // Each call is repeated on its own, because the first one uses up the code.
  const { access_token, openid, unionid, is_snapshotuser } = await withBusyRetry(async () => {
    const json = await ask('/sns/oauth2/access_token', { appid: app_id, secret: app_secret, code, grant_type: 'authorization_code' });
    throwErrcode(json, upstream, oauthErrors);
    return parseReply(exchanged, json);
  });
  if (is_snapshotuser === 1) return 'preview';
  if (silent) return { identity: { openid, ...(unionid && { unionid }) } };

  const person = await withBusyRetry(async () => {
    const json = await ask('/sns/userinfo', { access_token, openid, lang: 'zh_CN' });
    if (hasPreview && errcodeOf(json) === unauthorized) return undefined;
    throwErrcode(json, upstream, errcodes);
    return parseReply(userinfo, json);
  });
  if (!person) return 'preview';
  const { openid: sameOpenid, unionid: later, ...profile } = person;
  if (sameOpenid !== openid || (unionid && later && unionid !== later))
    throw new UpstreamError('failed', { detail: { fault: 'the profile is of another person' } });
  const known = unionid || later;
  return { identity: { openid, ...(known && { unionid: known }) }, profile: saidProfile(profile, names) };
}
