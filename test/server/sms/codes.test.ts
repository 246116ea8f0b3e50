import { expect, it } from 'vitest';
import { redeemCode } from '../../../server/sms/codes.ts';
import { startServer } from '../../support/server.ts';

const phone = '13800138000';

it('takes a try for every guess, simultaneous ones too, and looks at none after the fifth', async () => {
  const server = await startServer();
  await server.call('sendSmsCode', { body: { phone } });
  const code = await server.smsCodeTo(phone);
  const guess = (given: string) => redeemCode(server.services, 'sandbox', phone, given);
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => guess('wrong')));
  expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
  await expect(guess(code)).rejects.toMatchObject({ code: 'sms_code_invalid' });
});
