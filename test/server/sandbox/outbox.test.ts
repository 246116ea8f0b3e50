import express from 'express';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { phoneNumberOf } from '../../../server/accounts/phoneNumber.ts';
import { createOutbox } from '../../../server/sandbox/outbox.ts';
import { listen, startServer } from '../../support/server.ts';

describe('the outbox', () => {
  it('keeps the last message to each of the last thousand recipients', async () => {
    const { router, sms } = createOutbox(pino({ level: 'silent' }));
    const origin = await listen(express().use(router));
    const read = async (phone: string) => (await fetch(`${origin}/sms/${phone}`)).json();
    const { services } = await startServer();
    const send = (phone: string, code: string) =>
      sms.send({ clientId: 'sandbox', phone: phoneNumberOf(phone), code, signatureId: undefined }, services);

    for (let number = 0; number < 1000; number++) await send(`1380013${String(number).padStart(4, '0')}`, '000001');
    await send('13800130000', '000002');
    await send('+85291234567', '000003');
    expect(await read('13800130000')).toEqual({ phone: '13800130000', code: '000002' });
    expect(await read('+8613800130000')).toEqual({ phone: '13800130000', code: '000002' });
    expect(await read('13800130001')).toEqual({ status: 'error', error_msg: 'No message was sent to this address or number.' });
    expect(await read('%2B85291234567')).toMatchObject({ code: '000003' });
  });

  it.each([
    'sms/13800138000',
    'mail/mei@example.com',
  ])('says in Chinese to a reader of Chinese that there is no message: %s', async (path) => {
    const origin = await listen(express().use(createOutbox(pino({ level: 'silent' })).router));
    const response = await fetch(`${origin}/${path}`, { headers: { 'Accept-Language': 'zh-CN' } });
    expect([response.status, await response.json()]).toEqual([404, { status: 'error', error_msg: '没有发往这个手机号或邮箱地址的消息。' }]);
  });
});
