import { createHmac, hash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { parseReply } from '../upstream/reply.ts';
import type { SmsProvider } from './provider.ts';

/** Alibaba Cloud's Dysmsapi, SendSms of 2017-05-25 (help.aliyun.com/document_detail/55284), codes as of document_detail/101346. */
export const aliyun: SmsProvider = {
  request(phone, code, signName, settings, now) {
    // Dysmsapi expects foreign numbers without a plus, and would mistake these for mainland numbers of other people.
    if (/^\+1\d{10}$/.test(phone)) return undefined;
    const url = new URL(settings.baseUrl ?? 'https://dysmsapi.aliyuncs.com');
    url.search = canonicalQuery({
      PhoneNumbers: phone.replace(/^\+/, ''),
      SignName: signName,
      TemplateCode: settings.templateId,
      TemplateParam: JSON.stringify({ code }),
    });
    const request = { url, action: 'SendSms', version: '2017-05-25', date: isoSeconds(now), nonce: randomUUID() };
    return { url, init: { method: 'POST', headers: signAcs3(request, settings.accessKeyId, settings.accessKeySecret) } };
  },
  outcomeOf(json) {
    const { Code, BizId = '' } = parseReply(z.object({ Code: z.string(), BizId: z.string().optional() }), json);
    return Code === 'OK' ? { receipt: BizId } : { refusal: Code };
  },
  checks: {
    'InvalidAccessKeyId.NotFound': 'SMS_ACCESS_KEY_ID',
    'InvalidAccessKeyId.Inactive': 'SMS_ACCESS_KEY_ID',
    SignatureDoesNotMatch: 'SMS_ACCESS_KEY_SECRET',
    'isp.RAM_PERMISSION_DENY': 'SMS_ACCESS_KEY_ID: its RAM user needs the permission to send SMS',
    'isv.SMS_SIGNATURE_ILLEGAL': 'SMS_SIGN_NAME',
    'isv.SMS_TEMPLATE_ILLEGAL': 'SMS_TEMPLATE_ID',
    'isv.TEMPLATE_MISSING_PARAMETERS': 'SMS_TEMPLATE_ID: its one parameter must be named code',
    'isv.TEMPLATE_PARAMS_ILLEGAL': 'SMS_TEMPLATE_ID: its one parameter must be named code',
    'isv.AMOUNT_NOT_ENOUGH': "the account's balance",
    'isv.OUT_OF_SERVICE': "the account's balance",
  },
  numberLimited: new Set(['isv.BUSINESS_LIMIT_CONTROL']),
  numberInvalid: new Set(['isv.MOBILE_NUMBER_ILLEGAL']),
};

export interface Acs3Request {
  /** The query must be in canonical form. */
  url: URL;
  action: string;
  version: string;
  /** ISO 8601 in UTC, to the second. */
  date: string;
  nonce: string;
}

/** Computes the headers of a POST without body, signed with ACS3-HMAC-SHA256 (alibabacloud.com/help/en/doc-detail/2593177). */
export function signAcs3({ url, action, version, date, nonce }: Acs3Request, keyId: string, secret: string): Record<string, string> {
  const headers = {
    'x-acs-action': action,
    'x-acs-content-sha256': hash('sha256', ''),
    'x-acs-date': date,
    'x-acs-signature-nonce': nonce,
    'x-acs-version': version,
  };
  const signed = Object.entries({ host: url.host, ...headers });
  const names = signed.map(([name]) => name).join(';');
  const lines = signed.map(([name, value]) => `${name}:${value}`);
  const request = ['POST', url.pathname, url.search.slice(1), ...lines, '', names, headers['x-acs-content-sha256']].join('\n');
  const signature = createHmac('sha256', secret)
    .update(`ACS3-HMAC-SHA256\n${hash('sha256', request)}`)
    .digest('hex');
  return { ...headers, Authorization: `ACS3-HMAC-SHA256 Credential=${keyId},SignedHeaders=${names},Signature=${signature}` };
}

const canonicalQuery = (parameters: Record<string, string>) =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${encode(value)}`)
    .sort()
    .join('&');

/** Percent-encodes as in RFC 3986, which escapes more characters than `encodeURIComponent`. */
const encode = (value: string) =>
  encodeURIComponent(value).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const isoSeconds = (now: number) => new Date(now * 1000).toISOString().replace('.000', '');
