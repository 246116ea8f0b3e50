import * as z from 'zod';
import { ApiError } from '../errors.ts';
import type { PhoneNumber } from '../store/schema.ts';
import { parseReply } from '../upstream/reply.ts';
import { throwErrcode } from './errcodes.ts';
import type { ErrorTable } from './errorTable.ts';
import { readNumber, wechatPhoneReply } from './phone.ts';
import type { Upstream } from './platform.ts';
import { postWithToken } from './wechatCalls.ts';
import { tokenCallErrors } from './wechatRequests.ts';
import type { WechatCredentials } from './wechatSettings.ts';

const reply = z.object({ phone_info: wechatPhoneReply });

/** 40003: the code is of another openid. 40013: it is of another app. */
export const wechatPhoneErrors: ErrorTable = {
  ...tokenCallErrors,
  '40003': 'phone_code_invalid',
  '40013': 'phone_code_invalid',
  '40029': 'phone_code_invalid',
  '40163': 'phone_code_invalid',
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
  settings: WechatCredentials,
  upstream: Upstream,
): Promise<PhoneNumber> {
  const json = await postWithToken('/wxa/business/getuserphonenumber', { code, openid }, settings, upstream);
  throwErrcode(json, upstream, wechatPhoneErrors);
  const { watermark, ...info } = parseReply(reply, json).phone_info;
  const number = await readNumber(info);
  // Invalid replies of WeChat are not the client's fault.
  if (watermark.appid !== settings.app_id) throw new ApiError('platform_failed', { detail: { fault: 'number of another app' } });
  if (number === undefined) throw new ApiError('platform_failed', { detail: { fault: 'no phone number' } });
  return number;
}
