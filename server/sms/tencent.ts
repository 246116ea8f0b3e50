import { createHmac, hash } from 'node:crypto';
import * as z from 'zod';
import { parseReply } from '../upstream/reply.ts';
import type { SmsProvider } from './provider.ts';

const contentType = 'application/json; charset=utf-8';
const service = 'sms';

const reply = z.object({
  Response: z.object({
    /** Error of the whole request. */
    Error: z.object({ Code: z.string() }).optional(),
    /** Result for each number. */
    SendStatusSet: z.array(z.object({ Code: z.string(), SerialNo: z.string().optional() })).optional(),
  }),
});

/** Tencent Cloud's SendSms of 2021-01-11 (cloud.tencent.com/document/api/382/55981), codes as of document/api/382/59177. */
export const tencent: SmsProvider = {
  request(phone, code, signName, settings, now) {
    const url = new URL(settings.baseUrl ?? 'https://sms.tencentcloudapi.com');
    const body = JSON.stringify({
      PhoneNumberSet: [phone.startsWith('+') ? phone : `+86${phone}`],
      SmsSdkAppId: settings.sdkAppId,
      SignName: signName,
      TemplateId: settings.templateId,
      TemplateParamSet: [code],
    });
    const headers = {
      'Content-Type': contentType,
      Authorization: signTc3({ host: url.host, service, body, now }, settings.accessKeyId, settings.accessKeySecret),
      'X-TC-Action': 'SendSms',
      'X-TC-Version': '2021-01-11',
      'X-TC-Region': settings.region,
      'X-TC-Timestamp': String(now),
    };
    return { url, init: { method: 'POST', headers, body } };
  },
  outcomeOf(json) {
    const { Error: fault, SendStatusSet: [status] = [] } = parseReply(reply, json).Response;
    const code = fault?.Code ?? status?.Code ?? 'no status';
    return code === 'Ok' ? { receipt: status?.SerialNo ?? '' } : { refusal: code };
  },
  checks: {
    'AuthFailure.SecretIdNotFound': 'SMS_ACCESS_KEY_ID',
    'AuthFailure.SignatureFailure': 'SMS_ACCESS_KEY_SECRET',
    'UnauthorizedOperation.SmsSdkAppIdVerifyFail': 'SMS_SDK_APP_ID',
    'InvalidParameterValue.SdkAppIdNotExist': 'SMS_SDK_APP_ID',
    'FailedOperation.SignatureIncorrectOrUnapproved': 'SMS_SIGN_NAME',
    'FailedOperation.TemplateIncorrectOrUnapproved': 'SMS_TEMPLATE_ID',
    'FailedOperation.TemplateParamSetNotMatchApprovedTemplate': 'SMS_TEMPLATE_ID: it must have one parameter, the code',
    'FailedOperation.TemplateUnapprovedOrNotExist': 'SMS_TEMPLATE_ID',
    'InvalidParameterValue.TemplateParameterFormatError': 'SMS_CODE_DIGITS',
    'FailedOperation.InsufficientBalanceInSmsPackage': "the account's balance",
  },
  numberLimited: new Set([
    'LimitExceeded.DeliveryFrequencyLimit',
    'LimitExceeded.PhoneNumberThirtySecondLimit',
    'LimitExceeded.PhoneNumberOneHourLimit',
    'LimitExceeded.PhoneNumberDailyLimit',
    'LimitExceeded.PhoneNumberSameContentDailyLimit',
  ]),
  numberInvalid: new Set(['InvalidParameterValue.IncorrectPhoneNumber']),
};

export interface Tc3Request {
  host: string;
  service: string;
  body: string;
  /** Unix seconds. */
  now: number;
}

/** The `Authorization` of a JSON POST to `/`, signed with TC3-HMAC-SHA256 (tencentcloud.com/document/product/267/37447). */
export function signTc3({ host, service, body, now }: Tc3Request, secretId: string, secretKey: string): string {
  const names = 'content-type;host';
  const request = ['POST', '/', '', `content-type:${contentType}`, `host:${host}`, '', names, hash('sha256', body)].join('\n');
  const date = new Date(now * 1000).toISOString().slice(0, 10);
  const scope = `${date}/${service}/tc3_request`;
  const key = [date, service, 'tc3_request'].reduce<string | Buffer>((key, part) => hmac(key, part), `TC3${secretKey}`);
  const signature = hmac(key, ['TC3-HMAC-SHA256', now, scope, hash('sha256', request)].join('\n')).toString('hex');
  return `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
