import { createHmac, hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { createSmsSender } from '../../../server/sms/sender.ts';
import type { SmsSettings } from '../../../server/sms/settings.ts';
import { listen, startServer, type TestServer } from '../../support/server.ts';

type Provider = SmsSettings['provider'];
const secret = 'the provider keeps this too';
const phone = '13800138000';
const now = 1_800_000_000;

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
/** The headers that a signature names, as both providers want them. */
const canonicalHeaders = (names: string, headers: IncomingHttpHeaders) =>
  names
    .split(';')
    .map((name) => `${name}:${headers[name]}\n`)
    .join('');
const part = (authorization: string, name: string) => new RegExp(`${name}=([^,]*)`).exec(authorization)?.[1] ?? '';

/** A provider's view of a request: whether its signature is right, and the message. */
const readers: Record<Provider, (request: express.Request) => { signed: boolean; message: unknown }> = {
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
    const key = hmac(hmac(hmac(`TC3${secret}`, '2027-01-15'), 'sms'), 'tc3_request');
    const signed = part(authorization, 'Signature') === hmac(key, toSign).toString('hex');
    const {
      PhoneNumberSet: to,
      SignName: sign,
      TemplateParamSet: [code],
    } = JSON.parse(body);
    return { signed, message: { to: to[0].replace('+86', ''), sign, code } };
  },
};

const sent: Record<Provider, object> = {
  aliyun: { Code: 'OK', Message: 'OK', BizId: '900619746936498440^0', RequestId: 'F655A8D5' },
  tencent: { Response: { SendStatusSet: [{ SerialNo: '5000', Code: 'Ok', Message: 'send success' }], RequestId: 'a0aabda6' } },
};
const refused: Record<Provider, (code: string) => object> = {
  aliyun: (code) => ({ Code: code, Message: `refused ${phone}`, RequestId: 'F655A8D5' }),
  tencent: (code) => ({ Response: { SendStatusSet: [{ Code: code, Message: `refused ${phone}` }], RequestId: 'a0aabda6' } }),
};

/** A stand-in for a provider, and our server that sends through it. */
async function startWith(provider: Provider, answer: { status?: number; body?: unknown } = {}, accessKeySecret = secret) {
  const messages: unknown[] = [];
  const root = express();
  root.use(express.text({ type: '*/*' }));
  root.post('/', (request, response) => {
    const { signed, message } = readers[provider](request);
    if (signed) messages.push(message);
    const fault =
      provider === 'aliyun' ? { Code: 'SignatureDoesNotMatch' } : { Response: { Error: { Code: 'AuthFailure.SignatureFailure' } } };
    if (!signed) response.status(400).json(fault);
    else response.status(answer.status ?? 200).json(answer.body ?? sent[provider]);
  });
  const baseUrl = await listen(root);
  const accountOf = { accessKeyId: 'id', accessKeySecret, templateId: '1110', sdkAppId: '1400006666', region: 'ap-guangzhou' };
  const sms = createSmsSender({ provider, baseUrl, signNames: ['云登录', '小店'], ...accountOf });
  return { server: await startServer({ services: { sms }, now: () => now, platformTimeout: 300 }), messages };
}

const send = (server: TestServer, more: object = {}) => server.call('sendSmsCode', { body: { phone, ...more } });

describe('the SMS provider', () => {
  describe.each(['aliyun', 'tencent'] as const)('%s', (provider) => {
    it('is sent a signed request, and the code is then valid', async () => {
      const { server, messages } = await startWith(provider);
      expect((await send(server)).status).toBe(200);
      expect(messages).toEqual([{ to: phone, sign: '云登录', code: expect.stringMatching(/^\d{6}$/) }]);
      const [{ code }] = messages as [{ code: string }];
      expect((await server.call('checkSmsCode', { body: { phone, code } })).status).toBe(200);
    });

    it('is sent the requested signature, and an unknown one is refused', async () => {
      const { server, messages } = await startWith(provider);
      expect(await send(server, { signature_id: 3 })).toMatchObject({ status: 400, body: { errors: [{ path: '/body/signature_id' }] } });
      expect((await send(server, { signature_id: 2 })).status).toBe(200);
      expect(messages).toMatchObject([{ sign: '小店' }]);
    });

    it('does not accept a wrong signature', async () => {
      const { server, messages } = await startWith(provider, {}, 'another secret');
      expect(await send(server)).toMatchObject({ status: 503, body: { code: 'delivery_unavailable' } });
      expect(messages).toEqual([]);
    });

    it.each([
      [
        'limits the number',
        { aliyun: 'isv.BUSINESS_LIMIT_CONTROL', tencent: 'LimitExceeded.PhoneNumberDailyLimit' },
        400,
        'sms_rate_limited',
      ],
      [
        'knows no such number',
        { aliyun: 'isv.MOBILE_NUMBER_ILLEGAL', tencent: 'InvalidParameterValue.IncorrectPhoneNumber' },
        400,
        'request_invalid',
      ],
      [
        'is not paid',
        { aliyun: 'isv.OUT_OF_SERVICE', tencent: 'FailedOperation.InsufficientBalanceInSmsPackage' },
        503,
        'delivery_unavailable',
      ],
    ])('that %s has its own error', async (_case, codes, status, code) => {
      const { server } = await startWith(provider, { body: refused[provider](codes[provider]) });
      const reply = await send(server);
      expect(reply).toMatchObject({ status, body: { code } });
      expect(reply.headers.has('Retry-After')).toBe(status === 503);
      expect(await server.store.selectFrom('sms_codes').selectAll().execute()).toEqual([]);
    });

    it.each([
      ['is busy', { status: 503 }],
      ['limits the account', { status: 429 }],
      ['fails', { status: 500 }],
      ['answers what it does not document', { body: [{ unexpected: true }] }],
    ])('that %s is unavailable, and the allowance is not used', async (_case, answer) => {
      const { server, messages } = await startWith(provider, answer);
      for (const _attempt of [1, 2]) expect(await send(server)).toMatchObject({ status: 503, body: { code: 'delivery_unavailable' } });
      expect(messages).toHaveLength(2);
    });

    it('is logged without the number, the code and the secret', async () => {
      const { server, messages } = await startWith(provider, { body: refused[provider]('isv.OUT_OF_SERVICE') });
      await send(server);
      const [{ code }] = messages as [{ code: string }];
      const log = JSON.stringify(server.logLines());
      expect(log).toContain('isv.OUT_OF_SERVICE');
      for (const text of [phone, code, secret]) expect(log).not.toContain(text);
    });
  });

  it('is unavailable if the provider does not answer', async () => {
    const silent = express().post('/', () => undefined);
    const baseUrl = await listen(silent);
    const sms = createSmsSender({
      provider: 'tencent',
      baseUrl,
      accessKeyId: 'id',
      accessKeySecret: secret,
      signNames: ['云登录'],
      templateId: '1110',
      sdkAppId: '1',
      region: 'ap-guangzhou',
    });
    const server = await startServer({ services: { sms }, platformTimeout: 100 });
    const reply = await send(server);
    expect(reply).toMatchObject({ status: 503, body: { code: 'delivery_unavailable' } });
    expect(reply.headers.get('Retry-After')).toBe('60');
  });
});
