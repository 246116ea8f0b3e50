import { describe, expect, it } from 'vitest';
import { phoneNumberOf } from '../../../server/accounts/phoneNumber.ts';
import { createVault } from '../../../server/crypto/vault.ts';
import { redeemCode } from '../../../server/sms/codes.ts';
import { secretKey } from '../../support/secrets.ts';
import { startServer } from '../../support/server.ts';

const phone = phoneNumberOf('13800138000');

describe('SMS codes', () => {
  it('allow five tries, including simultaneous ones', async () => {
    const server = await startServer();
    await server.call('sendSmsCode', { body: { phone } });
    const code = await server.smsCodeTo(phone);
    const guess = (given: string) => redeemCode(server.tenant, server.services.audit, phone, given);
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => guess('wrong')));
    expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'rejected'));
    await expect(guess(code)).rejects.toMatchObject({ code: 'sms_code_invalid' });
  });

  it('are accepted if a process with the fallback key sent them', async () => {
    const sender = await startServer();
    await sender.call('sendSmsCode', { body: { phone } });
    const code = await sender.smsCodeTo(phone);
    const newKey = 'the secret key from tomorrow on, 32';
    const [rotated, rotating] = [createVault(newKey), createVault(newKey, secretKey)];
    const { tenant, services } = sender;
    await expect(redeemCode({ ...tenant, vault: rotated }, services.audit, phone, code)).rejects.toMatchObject({
      code: 'sms_code_invalid',
    });
    await redeemCode({ ...tenant, vault: rotating }, services.audit, phone, code);
  });
});
