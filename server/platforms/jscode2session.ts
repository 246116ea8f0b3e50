import * as z from 'zod';
import type { PlatformIdentity, PlatformSettings } from './platform.ts';
import { parseReply } from './reply.ts';
import type { ErrorTable, Upstream } from './upstream.ts';

const reply = z.object({
  openid: z.string().min(1).max(128),
  session_key: z.string().min(1).max(256),
  unionid: z.string().max(128).optional(),
});
const outcome = z.object({ errcode: z.number().default(0), errmsg: z.unknown().optional() });

/** WeChat's table; QQ documents -1, 40029 and 45011 of it and uses the token errors likewise. */
export const errcodes: ErrorTable = {
  '-1': 'platform_busy',
  '40001': 'app_misconfigured',
  '40013': 'app_misconfigured',
  '40029': 'code_invalid',
  '40125': 'app_misconfigured',
  '40163': 'code_used',
  '40226': 'person_blocked',
  '41002': 'app_misconfigured',
  '41004': 'app_misconfigured',
  '41008': 'code_invalid',
  '43003': 'app_misconfigured',
  '45011': 'platform_rate_limited',
};

/**
 * The exchange that WeChat and QQ share: `GET /sns/jscode2session`.
 *
 * @param origin the platform's own address, used where the app's settings name no other
 */
export async function exchangeJscode(
  origin: string,
  code: string,
  { app_id, app_secret, base_url }: PlatformSettings,
  upstream: Upstream,
): Promise<PlatformIdentity> {
  const url = new URL(`${base_url ?? origin}/sns/jscode2session`);
  url.search = String(new URLSearchParams({ appid: app_id, secret: app_secret, js_code: code, grant_type: 'authorization_code' }));
  const json = await upstream.requestJson(url);
  throwErrcode(json, upstream, errcodes);
  const { openid, session_key, unionid } = parseReply(reply, json);
  return { openid, sessionKey: session_key, ...(unionid && { unionid }) };
}

export const errcodeOf = (json: unknown): number => parseReply(outcome, json).errcode;

/** Success carries no `errcode`, or 0. */
export function throwErrcode(json: unknown, upstream: Upstream, table: ErrorTable): void {
  const { errcode, errmsg } = parseReply(outcome, json);
  if (errcode !== 0) throw upstream.refusal(errcode, errmsg, table);
}
