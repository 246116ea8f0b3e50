import { constants, privateDecrypt } from 'node:crypto';
import * as z from 'zod';
import { ApiError } from '../errors.ts';
import type { PhoneNumber } from '../store/schema.ts';
import { parseReply } from '../upstream/reply.ts';
import { type BytedanceCallSettings, bytedanceTokenCallErrors, postWithClientToken, throwBytedance } from './bytedanceCalls.ts';
import { type ErrorTable, misconfigured } from './errorTable.ts';
import { readNumber, wechatPhoneReply } from './phone.ts';
import type { Upstream } from './platform.ts';
import { readPrivateKey } from './rsaKeys.ts';
import { readStrictJson } from './strictJson.ts';

const reply = z.object({ data: z.string().min(1).max(8192) });

/** 28005187: the code has expired. 28001007: a wrong parameter, and the code is the only one that differs between people. */
export const bytedancePhoneErrors: ErrorTable = {
  ...bytedanceTokenCallErrors,
  '28005187': 'phone_code_invalid',
  '28001007': 'phone_code_invalid',
};

const keyErrors: ErrorTable = {
  absent: misconfigured('private_key: the app has none, and phone codes cannot be read without it'),
  unfit: misconfigured("private_key: it does not fit the public key in ByteDance's console"),
};

/**
 * Exchanges the code of ByteDance's phone button for the number, which uses it up (docs/platforms.md, 7.4).
 *
 * @throws phone_code_invalid, app_misconfigured, and the errors of any call to a platform
 */
export async function exchangePhoneCode(
  code: string,
  settings: BytedanceCallSettings & { private_key?: string | undefined },
  upstream: Upstream,
): Promise<PhoneNumber> {
  // Before the exchange, which uses the code up.
  if (settings.private_key === undefined) throw upstream.refusal('absent', 'no private_key', keyErrors);
  const json = await postWithClientToken('/api/apps/v1/get_phonenumber_info/', { code }, settings, upstream);
  throwBytedance(json, upstream, bytedancePhoneErrors);
  const opened = decrypt(parseReply(reply, json).data, settings.private_key);
  if (opened === undefined) throw upstream.refusal('unfit', 'the number does not decrypt', keyErrors);
  const { watermark, ...info } = parseReply(wechatPhoneReply, opened);
  const number = await readNumber(info);
  // Invalid replies of ByteDance are not the client's fault.
  if (watermark.appid !== settings.app_id) throw new ApiError('platform_failed', { detail: { fault: 'number of another app' } });
  if (number === undefined) throw new ApiError('platform_failed', { detail: { fault: 'no phone number' } });
  return number;
}

/** Opens JSON that was encrypted with RSA and PKCS#1 padding, in as many blocks as it needs. Undefined if the key does not fit. */
function decrypt(encrypted: string, privateKey: string): unknown {
  const key = readPrivateKey(privateKey);
  const length = (key?.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  const bytes = Buffer.from(encrypted, 'base64');
  if (key === undefined || bytes.length === 0 || bytes.length % length !== 0) return undefined;
  try {
    const blocks = Array.from({ length: bytes.length / length }, (_, index) => bytes.subarray(index * length, (index + 1) * length));
    const opened = blocks.map((block) => privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, block));
    return readStrictJson(Buffer.concat(opened));
  } catch {
    return undefined;
  }
}
