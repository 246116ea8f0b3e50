import { Picture } from '../upstream/picture.ts';
import { postOf } from '../upstream/request.ts';
import { errcodeOf, errcodes } from './errcodes.ts';
import { type ErrorTable, misconfigured } from './errorTable.ts';
import type { Upstream } from './platform.ts';

export const wechatOrigin = 'https://api.weixin.qq.com';

/** How a reply is read. */
export type Receive = 'requestJson' | 'requestPicture';

/** Posts JSON to WeChat's server. */
export function post(
  path: string,
  body: object,
  query: Record<string, string>,
  { base_url }: { base_url?: string | undefined },
  upstream: Upstream,
  receive: Receive = 'requestJson',
): Promise<unknown> {
  const url = new URL(`${base_url ?? wechatOrigin}${path}`);
  url.search = String(new URLSearchParams(query));
  return upstream[receive](url, postOf(body));
}

const refusedToken = misconfigured("for another service that fetches access tokens of this app: the platform refuses this server's tokens");
/** Errors of calls with an access token, by a platform code. */
export const tokenCallErrors: ErrorTable = { ...errcodes, '40001': refusedToken, '40014': refusedToken, '42001': refusedToken };
const tokenRefusals = new Set([40001, 40014, 42001]);

/** Whether a reply refuses the access token of the call. */
export const refusesToken = (answer: unknown): boolean => !(answer instanceof Picture) && tokenRefusals.has(errcodeOf(answer));
