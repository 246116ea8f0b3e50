import { PostgresAdapter } from 'kysely';
import { describe, expect, it } from 'vitest';
import { takeLoginName } from '../../../server/accounts/loginNames.ts';
import { phoneNumberOf } from '../../../server/accounts/phoneNumber.ts';
import { createUser, lockUser } from '../../../server/accounts/users.ts';
import { createLog } from '../../../server/observe/log.ts';
import { inTransaction } from '../../../server/store/inTransaction.ts';
import type { Tenant, TenantRows, Transaction } from '../../../server/store/tenant.ts';
import { createOwnDatabase, openTestStore } from '../../support/database.ts';

const phone = phoneNumberOf('13800138000');

/** A tenant with the users 1, who has verified a number, and 2. */
async function openTenant(): Promise<Tenant> {
  const tenant = {
    id: 'app',
    store: await openTestStore(await createOwnDatabase()),
    now: () => 0,
    log: createLog('silent'),
    endpoints: [],
  };
  await addUser(tenant, 1);
  await addUser(tenant, 2);
  await inTransaction(tenant, (tx) => takeLoginName(tx, 1, 'phone', phone));
  return tenant;
}
const addUser = ({ store }: TenantRows, id: number) =>
  store.insertInto('users').values({ tenant_id: 'app', id, created_at: 0, updated_at: 0 }).execute();
const userIds = async ({ store }: TenantRows) => (await store.selectFrom('users').select('id').orderBy('id').execute()).map(({ id }) => id);

describe('a transaction', () => {
  it('commits all of its writes', async () => {
    const tenant = await openTenant();
    expect(await inTransaction(tenant, async (tx) => (await addUser(tx, 3)).length)).toBe(1);
    expect(await userIds(tenant)).toEqual([1, 2, 3]);
  });

  it('is rolled back if its work throws, and not retried', async () => {
    const tenant = await openTenant();
    let attempts = 0;
    const work = async (tx: Transaction) => {
      attempts++;
      await addUser(tx, 3);
      throw new Error('no');
    };
    await expect(inTransaction(tenant, work)).rejects.toThrow('no');
    expect([attempts, await userIds(tenant)]).toEqual([1, [1, 2]]);
  });

  it.each([
    ['a row', (tx: Transaction) => addUser(tx, 1)],
    ['a login name', (tx: Transaction) => takeLoginName(tx, 2, 'phone', phone)],
  ])('is retried if %s of another came first', async (_case, loseTo) => {
    const tenant = await openTenant();
    let attempts = 0;
    const winner = await inTransaction(tenant, async (tx) => {
      await addUser(tx, 3 + attempts);
      if (attempts++ === 0) await loseTo(tx);
      return 'found';
    });
    expect([winner, attempts, await userIds(tenant)]).toEqual(['found', 2, [1, 2, 4]]);
  });

  it('runs tasks once, after its commit', async () => {
    const tenant = await openTenant();
    const seen: number[][] = [];
    let attempts = 0;
    await inTransaction(tenant, async (tx) => {
      tx.afterCommit(() => seen.push([attempts]));
      if (attempts++ === 0) await addUser(tx, 1);
      await createUser(tx, {});
    });
    expect(seen).toEqual([[2]]);
  });

  it('is retried once after a 409', async () => {
    const tenant = await openTenant();
    let attempts = 0;
    const work = (tx: Transaction) => {
      attempts++;
      return takeLoginName(tx, 2, 'phone', phone);
    };
    await expect(inTransaction(tenant, work)).rejects.toMatchObject({ code: 'phone_taken', detail: { user: 2, owner: 1 } });
    expect(attempts).toBe(2);
  });

  it('fails after four lost races', async () => {
    const tenant = await openTenant();
    let attempts = 0;
    const work = (tx: Transaction) => {
      attempts++;
      return addUser(tx, 1);
    };
    await expect(inTransaction(tenant, work)).rejects.toThrow();
    expect(attempts).toBe(4);
  });

  it('is retried if PostgreSQL ends a deadlock', async ({ skip }) => {
    const tenant = await openTenant();
    if (!(tenant.store.getExecutor().adapter instanceof PostgresAdapter)) return skip();
    const locked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    let attempts = 0;
    const lockBoth = (mine: 0 | 1, other: 0 | 1) =>
      inTransaction(tenant, async (tx) => {
        attempts++;
        await lockUser(tx, mine + 1);
        locked[mine].resolve();
        await locked[other].promise;
        await lockUser(tx, other + 1);
      });
    await Promise.all([lockBoth(0, 1), lockBoth(1, 0)]);
    // Three, unless the second attempt takes its first row before the other transaction wakes up, and both meet again.
    expect(attempts).toBeGreaterThan(2);
  });
});
