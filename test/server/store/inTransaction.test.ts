import { PostgresAdapter } from 'kysely';
import { expect, it } from 'vitest';
import { takeLoginName } from '../../../server/accounts/loginNames.ts';
import { lockUser } from '../../../server/accounts/users.ts';
import { inTransaction } from '../../../server/store/inTransaction.ts';
import type { Store } from '../../../server/store/schema.ts';
import { createOwnDatabase, openTestStore } from '../../support/database.ts';

async function startServices(): Promise<{ store: Store }> {
  const store = await openTestStore(await createOwnDatabase());
  await addUser(store, 1);
  await addUser(store, 2);
  await takeLoginName(store, 'app', 1, 'phone', '13800138000');
  return { store };
}
const addUser = (store: Store, id: number) =>
  store.insertInto('users').values({ app_id: 'app', id, created_at: 0, updated_at: 0 }).execute();
const userIds = async ({ store }: { store: Store }) =>
  (await store.selectFrom('users').select('id').orderBy('id').execute()).map(({ id }) => id);

it('keeps all of it', async () => {
  const services = await startServices();
  expect(await inTransaction(services, async ({ store }) => (await addUser(store, 3)).length)).toBe(1);
  expect(await userIds(services)).toEqual([1, 2, 3]);
});

it('keeps nothing of what throws, and does not try again', async () => {
  const services = await startServices();
  let attempts = 0;
  const work = async ({ store }: { store: Store }) => {
    attempts++;
    await addUser(store, 3);
    throw new Error('no');
  };
  await expect(inTransaction(services, work)).rejects.toThrow('no');
  expect([attempts, await userIds(services)]).toEqual([1, [1, 2]]);
});

it.each([
  ['a row', (store: Store) => addUser(store, 1)],
  ['a login name', (store: Store) => takeLoginName(store, 'app', 2, 'phone', '13800138000')],
])('starts again where %s of another came first', async (_case, loseTo) => {
  const services = await startServices();
  let attempts = 0;
  const winner = await inTransaction(services, async ({ store }) => {
    await addUser(store, 3 + attempts);
    if (attempts++ === 0) await loseTo(store);
    return 'found';
  });
  expect([winner, attempts, await userIds(services)]).toEqual(['found', 2, [1, 2, 4]]);
});

it('gives up where it loses again', async () => {
  const services = await startServices();
  const work = ({ store }: { store: Store }) => takeLoginName(store, 'app', 2, 'phone', '13800138000');
  await expect(inTransaction(services, work)).rejects.toMatchObject({ code: 'phone_taken' });
});

it('starts again where PostgreSQL ends a deadlock', async ({ skip }) => {
  const services = await startServices();
  if (!(services.store.getExecutor().adapter instanceof PostgresAdapter)) return skip();
  const locked = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
  let attempts = 0;
  const lockBoth = (mine: 0 | 1, other: 0 | 1) =>
    inTransaction(services, async ({ store }) => {
      attempts++;
      await lockUser(store, 'app', mine + 1, attempts);
      locked[mine].resolve();
      await locked[other].promise;
      await lockUser(store, 'app', other + 1, attempts);
    });
  await Promise.all([lockBoth(0, 1), lockBoth(1, 0)]);
  expect(attempts).toBe(3);
});
