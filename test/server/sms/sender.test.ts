import express from 'express';
import { describe, expect, it } from 'vitest';
import { createSmsSender } from '../../../server/sms/sender.ts';
import { listen, startServer, type TestServer } from '../../support/server.ts';
import { type ProviderName, refusedBy, secret, startSmsProvider } from '../../support/smsProvider.ts';

const phone = '13800138000';
const now = 1_800_000_000;

/** A simulated provider, and our server that sends through it. */
async function startWith(name: ProviderName, answer: { status?: number; body?: unknown } = {}, accessKeySecret = secret) {
  const { baseUrl, messages } = await startSmsProvider(name, answer);
  const accountOf = { accessKeyId: 'id', accessKeySecret, templateId: '1110', sdkAppId: '1400006666', region: 'ap-guangzhou' };
  const sms = createSmsSender({ provider: name, baseUrl, signNames: ['云登录', '小店'], ...accountOf });
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
      const { server } = await startWith(provider, { body: refusedBy(provider, codes[provider]) });
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
      const { server, messages } = await startWith(provider, { body: refusedBy(provider, 'isv.OUT_OF_SERVICE') });
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
