import { expect, it } from 'vitest';
import { findOrCreatePhoneOwner } from '../../../server/accounts/phones.ts';
import { startServer } from '../../support/server.ts';

it('makes one user for a number however many prove it at the same time', async () => {
  const { app, services, store } = await startServer();
  const caller = { app, appId: 'sandbox', services };
  const owners = await Promise.all(Array.from({ length: 20 }, () => findOrCreatePhoneOwner(caller, '13800138000', { createUser: true })));
  expect(new Set(owners).size).toBe(1);
  expect(await store.selectFrom('users').select('id').execute()).toEqual([{ id: owners[0] }]);
});
