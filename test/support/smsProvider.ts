import { createHmac, hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import express from 'express';
import type { SmsSettings } from '../../server/sms/settings.ts';
import { listen } from './server.ts';

export type ProviderName = SmsSettings['provider'];
/** `SMS_ACCESS_KEY_SECRET` that the provider expects. */
export const secret = 'the provider keeps this too';

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
/** The headers that a signature names, as both providers want them. */
const canonicalHeaders = (names: string, headers: IncomingHttpHeaders) =>
  names
    .split(';')
    .map((name) => `${name}:${headers[name]}\n`)
    .join('');
const part = (authorization: string, name: string) => new RegExp(`${name}=([^,]*)`).exec(authorization)?.[1] ?? '';

/** A provider's view of a request: whether its signature is right, and the message. */
const readers: Record<ProviderName, (request: express.Request) => { signed: boolean; message: unknown }> = {
  aliyun({ headers, url, query }) {
    const authorization = headers.authorization ?? '';
    const names = part(authorization, 'SignedHeaders');
    const canonical = `POST\n/\n${url.split('?')[1]}\n${canonicalHeaders(names, headers)}\n${names}\n${hash('sha256', '')}`;
    const signed = part(authorization, 'Signature') === hmac(secret, `ACS3-HMAC-SHA256\n${hash('sha256', canonical)}`).toString('hex');
    const { PhoneNumbers: to, SignName: sign, TemplateParam: parameters } = query;
    return { signed, message: { to, sign, code: JSON.parse(String(parameters)).code } };
  },
  tencent({ headers, body }) {
    const authorization = headers.authorization ?? '';
    const names = part(authorization, 'SignedHeaders');
    const scope = part(authorization, 'Credential').split('/').slice(1).join('/');
    const canonical = `POST\n/\n\n${canonicalHeaders(names, headers)}\n${names}\n${hash('sha256', body)}`;
    const toSign = `TC3-HMAC-SHA256\n${headers['x-tc-timestamp']}\n${scope}\n${hash('sha256', canonical)}`;
    const key = hmac(
      hmac(hmac(`TC3${secret}`, new Date(Number(headers['x-tc-timestamp']) * 1000).toISOString().slice(0, 10)), 'sms'),
      'tc3_request',
    );
    const signed = part(authorization, 'Signature') === hmac(key, toSign).toString('hex');
    const {
      PhoneNumberSet: to,
      SignName: sign,
      TemplateParamSet: [code],
    } = JSON.parse(body);
    return { signed, message: { to: to[0].replace('+86', ''), sign, code } };
  },
};

const sent: Record<ProviderName, object> = {
  aliyun: { Code: 'OK', Message: 'OK', BizId: '900619746936498440^0', RequestId: 'F655A8D5' },
  tencent: { Response: { SendStatusSet: [{ SerialNo: '5000', Code: 'Ok', Message: 'send success' }], RequestId: 'a0aabda6' } },
};
const refused: Record<ProviderName, (code: string) => object> = {
  aliyun: (code) => ({ Code: code, Message: `refused 13800138000`, RequestId: 'F655A8D5' }),
  tencent: (code) => ({ Response: { SendStatusSet: [{ Code: code, Message: `refused 13800138000` }], RequestId: 'a0aabda6' } }),
};

/** A provider's reply that refuses a message. */
export const refusedBy = (name: ProviderName, code: string): object => refused[name](code);

/**
 * A simulated provider that checks signatures.
 *
 * @param answer its reply to a signed request; that of a sent message if absent
 */
export async function startSmsProvider(name: ProviderName, answer: { status?: number; body?: unknown } = {}) {
  const messages: unknown[] = [];
  const root = express();
  root.use(express.text({ type: '*/*' }));
  root.post('/', (request, response) => {
    const { signed, message } = readers[name](request);
    if (signed) messages.push(message);
    const fault = name === 'aliyun' ? { Code: 'SignatureDoesNotMatch' } : { Response: { Error: { Code: 'AuthFailure.SignatureFailure' } } };
    if (!signed) response.status(400).json(fault);
    else response.status(answer.status ?? 200).json(answer.body ?? sent[name]);
  });
  return { baseUrl: await listen(root), messages };
}
