import { describe, expect, it } from 'vitest';
import { phoneNumberOf } from '../../../server/accounts/phoneNumber.ts';
import { findOrCreatePhoneOwner } from '../../../server/accounts/phones.ts';
import { accountPolicy } from '../../../server/mail/notices.ts';
import { inTransaction } from '../../../server/store/inTransaction.ts';
import { startServer } from '../../support/server.ts';

describe('users by phone number', () => {
  it('are created once for a number that is verified several times at once', async () => {
    const { app, services, store, tenant } = await startServer();
    const policy = accountPolicy(app, services);
    const findOrCreate = () =>
      inTransaction(tenant, (tx) => findOrCreatePhoneOwner(tx, policy, phoneNumberOf('13800138000'), { createUser: true }));
    const owners = await Promise.all(Array.from({ length: 20 }, findOrCreate));
    expect(new Set(owners).size).toBe(1);
    expect(await store.selectFrom('users').select('id').execute()).toEqual([{ id: owners[0] }]);
  });
});
