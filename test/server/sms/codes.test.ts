import { expect, it } from 'vitest';
import { redeemCode } from '../../../server/sms/codes.ts';
import { startServer } from '../../support/server.ts';

const phone = '13800138000';

it('does not look at a guess that comes after the fifth, even while the others are still being looked at', async () => {
  const server = await startServer();
  await server.call('sendSmsCode', { body: { phone } });
  const code = await server.smsCodeTo(phone);
  const guesses = [...Array.from({ length: 5 }, () => 'wrong'), code];
  const outcomes = await Promise.allSettled(guesses.map((guess) => redeemCode(server.services, 'sandbox', phone, guess)));
  expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 'rejected'));
});
