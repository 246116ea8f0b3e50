import * as z from 'zod';
import { parseReply } from '../upstream/reply.ts';
import { errcodes, throwErrcode } from './errcodes.ts';
import type { ErrorTable } from './errorTable.ts';
import type { PlatformIdentity, Upstream } from './platform.ts';
import { replyId, replyIdOrNone } from './replyId.ts';
import type { AppSecretSettings } from './settings.ts';

const reply = z.object({
  openid: replyId,
  session_key: z.string().min(1).max(256),
  unionid: replyIdOrNone.optional(),
});
/** 40226: the platform considers the person a risk. */
export const exchangeErrors: ErrorTable = {
  ...errcodes,
  '40029': 'code_invalid',
  '40163': 'code_used',
  '40226': 'person_blocked',
  '41008': 'code_invalid',
};

/**
 * The exchange that WeChat and QQ share: `GET /sns/jscode2session`.
 *
 * @param origin the platform's address, unless the app's settings have a `base_url`
 */
export async function exchangeJscode(
  origin: string,
  code: string,
  { app_id, app_secret, base_url }: AppSecretSettings,
  upstream: Upstream,
): Promise<PlatformIdentity> {
  const url = new URL(`${base_url ?? origin}/sns/jscode2session`);
  url.search = String(new URLSearchParams({ appid: app_id, secret: app_secret, js_code: code, grant_type: 'authorization_code' }));
  const json = await upstream.requestJson(url);
  throwErrcode(json, upstream, exchangeErrors);
  return readSession(json);
}

/** Reads the person in a successful reply. */
export function readSession(json: unknown): PlatformIdentity {
  const { openid, session_key, unionid } = parseReply(reply, json);
  return { openid, sessionKey: session_key, ...(unionid && { unionid }) };
}
