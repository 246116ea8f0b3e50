import { describe, expect, it } from 'vitest';
import { banUser, unbanUser } from '../../../server/accounts/bans.ts';
import { deleteUser } from '../../../server/accounts/userData.ts';
import { lockUser } from '../../../server/accounts/users.ts';
import { verify } from '../../../server/accounts/verification.ts';
import { accountPolicy } from '../../../server/mail/notices.ts';
import { undoMerge } from '../../../server/merging/undo.ts';
import { perishables, removeWorthless } from '../../../server/process/cleanup.ts';
import { closeDueAccounts } from '../../../server/process/closures.ts';
import { inTransaction } from '../../../server/store/inTransaction.ts';
import { password, registerUser } from '../../support/accounts.ts';
import { misfit } from '../../support/contract.ts';
import { mergeWith, ticketFor } from '../../support/merging.ts';
import { jpeg, pictureForm } from '../../support/pictures.ts';
import { push } from '../../support/pushes.ts';
import { bodySchemaOf, endpointFor } from '../../support/receiver.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

const url = 'http://127.0.0.1:9/events';

/** A server whose app has an endpoint. */
async function start(endpoint: object = {}, app: object = {}) {
  const clock = { time: 1_800_000_000 };
  const server = await startServer({
    now: () => clock.time,
    rateLimited: false,
    configure: (sandbox) => ({ ...sandbox, ...app, webhooks: [endpointFor({ url }, endpoint)] }),
  });
  return { server, clock, events: () => takeEvents(server) };
}

/** The events since the last call, in order, which fit the contract. */
async function takeEvents({ store }: TestServer): Promise<{ type: string; data: object }[]> {
  const rows = await store.selectFrom('webhook_deliveries').selectAll().orderBy('id').execute();
  await store.deleteFrom('webhook_deliveries').execute();
  return rows.map(({ type: stored, body, user_id }) => {
    const { type, data, ...rest } = JSON.parse(body);
    expect([misfit(bodySchemaOf(type), { type, data, ...rest }), stored, data.user_id]).toEqual([undefined, type, user_id]);
    return { type, data };
  });
}

const about = (type: string, user_id: number, data: object = {}) => ({ type, data: { user_id, ...data } });
const ban = (server: TestServer, id: number, until: number | null) =>
  inTransaction(server.tenant, async (tx) => banUser(tx, await lockUser(tx, id), { reason: 'spam', until }));

/** Merges an account with an earlier id into one that was created here. */
async function mergedInto(server: TestServer, earlier: { legacy_id: string; legacy_source: string }) {
  const { id: survivor, token } = await registerUser(server);
  const merged = (await server.call('registerByUsername', { body: { username: 'Went', password } })).body.id;
  await server.store.updateTable('users').set(earlier).where('id', '=', merged).execute();
  expect((await mergeWith(server, token, await ticketFor(server, token, { username: 'Went', password }))).status).toBe(200);
  return { survivor, merged };
}

describe('an event', () => {
  it('is written for a first login on a platform, and none for the next ones', async () => {
    const { server, events } = await start();
    const { user_id } = await server.login('wechat', 'larry');
    expect(await events()).toEqual([about('user.created', user_id, { method: 'wechat', restored: false })]);
    await server.login('wechat', 'larry');
    expect(await events()).toEqual([]);
  });

  it('is written for a registration, and names what an anonymous user has become', async () => {
    const { server, events } = await start();
    const { id } = await registerUser(server);
    expect(await events()).toEqual([about('user.created', id, { method: 'username', restored: false })]);
    const { token, id: anonymous } = (await server.call('loginAnonymously')).body;
    await server.call('registerByUsername', { token, body: { username: 'Larry', password } });
    expect(await events()).toEqual([
      about('user.created', anonymous, { method: 'anonymous', restored: false }),
      about('user.updated', anonymous, { changed: ['username', 'password', 'anonymous'] }),
    ]);
  });

  it('is written for a login by SMS, and for a number that moves', async () => {
    const { server, events } = await start();
    const phone = '13800138000';
    const code = async () => {
      await server.call('sendSmsCode', { body: { phone } });
      return server.smsCodeTo(phone);
    };
    const { body: first } = await server.call('loginBySmsCode', { body: { phone, code: await code() } });
    expect(await events()).toEqual([
      about('user.created', first.id, { method: 'sms', restored: false }),
      about('phone.verified', first.id),
    ]);
    await server.call('updateAccount', { token: first.token, body: { username: 'Larry' } });
    const { id: next } = await registerUser(server);
    await events();
    const policy = accountPolicy(server.app, server.services);
    await server.call('updateAccount', { token: first.token, body: { new_password: password } });
    await events();
    const { phone: number } = await readUser(server, first.id);
    await inTransaction(server.tenant, (tx) => verify(tx, policy, next, 'phone', number ?? ('' as never)));
    expect(await events()).toEqual([about('user.updated', first.id, { changed: ['phone'] }), about('phone.verified', next)]);
  });

  it('names the fields that changed, never their values, and none if nothing did', async () => {
    const { server, events } = await start();
    const { token, id } = await registerUser(server);
    await events();
    const body = { nickname: 'Larry', city: 'Huizhou', level: 7 };
    for (let time = 0; time < 2; time++) await server.call('updateUser', { token, body });
    expect(await events()).toEqual([about('user.updated', id, { changed: ['nickname', 'city', 'custom_fields'] })]);
    await server.call('updateAccount', { token, body: { email: 'mei@example.com', password, new_password: 'silver-carp' } });
    expect(await events()).toEqual([about('user.updated', id, { changed: ['email', 'password'] })]);
    await server.call('updateAvatar', { token, body: pictureForm(await jpeg()) });
    expect(await events()).toEqual([about('user.updated', id, { changed: ['avatar'] })]);
  });

  it('is written for the profile of a login only if the profile changed something', async () => {
    const { server, events } = await start();
    const logIn = async () => {
      const code = await server.codeFor('wechat', 'larry');
      const grant = await server.granted('profile', 'wechat', 'larry');
      return server.call('authorizedLoginWechat', { body: { code, ...grant, update_userprofile: 'overwrite' } });
    };
    const { body } = await logIn();
    expect(await events()).toMatchObject([
      { type: 'user.created' },
      { type: 'user.updated', data: { changed: expect.arrayContaining(['nickname']) } },
    ]);
    expect((await logIn()).body.user_id).toBe(body.user_id);
    expect(await events()).toEqual([]);
  });

  it('is written for a link and for its end, by its user and by the platform', async () => {
    const { server, events } = await start();
    const { token, id } = await registerUser(server);
    await server.call('linkQq', { token, body: { code: await server.codeFor('qq', 'larry') } });
    await events();
    const [{ id: identity_id }] = (await server.call('listIdentities', { token })).body.objects;
    await server.call('unlinkIdentity', { token, params: { identity_id } });
    const qq = { platform: 'qq', app_id: 'sandbox-qq' };
    expect(await events()).toEqual([about('user.unlinked', id, qq)]);
    await server.call('linkQq', { token, body: { code: await server.codeFor('qq', 'larry') } });
    expect(await events()).toEqual([about('user.linked', id, qq)]);
  });

  it('has the earlier id of an imported user, to the last one', async () => {
    const { server, events } = await start();
    const legacy = { legacy_id: 'a1', legacy_source: 'leancloud' };
    const { id, token } = await addUser(server, legacy);
    await server.call('linkQq', { token, body: { code: await server.codeFor('qq', 'larry') } });
    await ban(server, id, null);
    const other = await mergedInto(server, { legacy_id: 'b2', legacy_source: 'leancloud' });
    await inTransaction(server.tenant, async (tx) => deleteUser(tx, await lockUser(tx, id)));
    const anonymous = await addUser(server, { is_anonymous: 1, legacy_id: 'c3', legacy_source: 'leancloud' });
    await server.call('logout', { token: anonymous.token });
    const written = await events();
    const own = (user: number, type: string) =>
      written.find(({ type: each, data }) => each === type && 'user_id' in data && data.user_id === user);
    for (const type of ['user.linked', 'user.banned', 'user.closed']) expect(own(id, type)?.data, type).toMatchObject(legacy);
    expect(own(other.merged, 'user.merged')?.data).toMatchObject({ legacy_id: 'b2', merged_into: other.survivor });
    expect(own(anonymous.id, 'user.closed')?.data).toMatchObject({ legacy_id: 'c3' });
    expect(own(other.survivor, 'user.created')?.data).not.toHaveProperty('legacy_id');
  });

  it('is written for an account that ends with its platform account', async () => {
    const { server, events } = await start();
    const { user_id } = await server.login('wechat', 'larry');
    await events();
    await push(server, 'wechat', { person: 'larry', event: 'cancel' });
    const written = await events();
    expect(written.at(-1)).toEqual(about('user.closed', user_id));
  });

  it('is written for both users of a merge, and of its undoing', async () => {
    const { server, events } = await start();
    const mine = await registerUser(server, 'Mei');
    const theirs = await server.call('registerByUsername', { body: { username: 'Larry', password, nickname: 'x' } });
    await server.call('updateUser', { token: theirs.body.token, body: { city: 'Huizhou' } });
    await events();
    const ticket = await ticketFor(server, mine.token, { username: 'Larry', password });
    expect((await mergeWith(server, mine.token, ticket)).status).toBe(200);
    expect(await events()).toEqual([
      about('user.merged', theirs.body.id, { merged_into: mine.id }),
      about('user.updated', mine.id, { changed: ['city'] }),
    ]);
    await inTransaction(server.tenant, (tx) => undoMerge(tx, theirs.body.id));
    expect(await events()).toEqual([
      about('user.created', theirs.body.id, { method: null, restored: true }),
      about('user.updated', mine.id, { changed: ['city'] }),
    ]);
  });

  it('is written for a ban and its end', async () => {
    const { server, events, clock } = await start();
    const { id } = await registerUser(server);
    await events();
    await ban(server, id, clock.time + 60);
    await ban(server, id, null);
    await inTransaction(server.tenant, async (tx) => unbanUser(tx, await lockUser(tx, id)));
    expect(await events()).toEqual([
      about('user.banned', id, { until: clock.time + 60 }),
      about('user.banned', id, { until: null }),
      about('user.unbanned', id),
    ]);
  });

  it('is written for a closure, a change of mind, and the closing', async () => {
    const { server, events, clock } = await start();
    const { token, id } = await registerUser(server);
    await events();
    const { closing_at } = (await server.call('requestClosure', { token })).body;
    await server.call('cancelClosure', { token });
    await server.call('requestClosure', { token });
    clock.time = closing_at;
    await closeDueAccounts(server.services, clock.time, new AbortController().signal);
    expect(await events()).toEqual([
      about('user.closing', id, { closing_at }),
      about('user.closing', id, { closing_at: null }),
      about('user.closing', id, { closing_at }),
      about('user.closed', id),
    ]);
  });

  it('is written for an account that is closed at once, or that an operator deletes', async () => {
    const { server, events } = await start({}, { closure_grace_days: 0 });
    const [first, second] = [await registerUser(server, 'Mei'), await registerUser(server, 'Larry')];
    await events();
    await server.call('requestClosure', { token: first.token });
    await inTransaction(server.tenant, async (tx) => deleteUser(tx, await lockUser(tx, second.id)));
    expect(await events()).toEqual([about('user.closed', first.id), about('user.closed', second.id)]);
  });

  it('is written for anonymous users who are gone, by a logout or by the cleanup', async () => {
    const { server, events, clock } = await start();
    const [first, second] = [(await server.call('loginAnonymously')).body, (await server.call('loginAnonymously')).body];
    await events();
    await server.call('logout', { token: first.token });
    const at = clock.time + second.expires_in;
    await removeWorthless(server.services, perishables({ auditDays: 180 }), at, new AbortController().signal);
    expect(await events()).toEqual([about('user.closed', first.id), about('user.closed', second.id)]);
  });

  it('is written for a login only if an endpoint lists it', async () => {
    const { server, events } = await start({ events: ['session.created'] });
    const { user_id } = await server.login('wechat', 'larry');
    await server.login('wechat', 'larry');
    const { id } = await registerUser(server);
    const of = (user: number, method: string) => about('session.created', user, { method });
    expect(await events()).toEqual([of(user_id, 'wechat'), of(user_id, 'wechat'), of(id, 'username')]);
  });

  it('has one id at all endpoints that want it, and no row for the others', async () => {
    const { server } = await startPair();
    await registerUser(server);
    const rows = await server.store.selectFrom('webhook_deliveries').select(['endpoint', 'event_id']).orderBy('endpoint').execute();
    expect(rows.map(({ endpoint }) => endpoint)).toEqual(['first', 'second']);
    expect(new Set(rows.map(({ event_id }) => event_id)).size).toBe(1);
  });

  it('goes with the change if that is rolled back', async () => {
    const { server, events } = await start();
    const { id } = await registerUser(server);
    await events();
    const work = inTransaction(server.tenant, async (tx) => {
      await banUser(tx, await lockUser(tx, id), { reason: 'spam', until: null });
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(await events()).toEqual([]);
    expect(await server.store.selectFrom('webhook_queues').select('waiting').execute()).toEqual([{ waiting: 1 }]);
  });
});

async function startPair() {
  const server = await startServer({
    configure: (sandbox) => ({
      ...sandbox,
      webhooks: [
        endpointFor({ url }, { name: 'first' }),
        endpointFor({ url }, { name: 'second', events: ['user.created'] }),
        endpointFor({ url }, { name: 'third', events: ['user.banned'] }),
        endpointFor({ url }, { name: 'first', environment: 'staging' }),
      ],
      environments: ['staging'],
    }),
  });
  return { server };
}

describe('a closed account', () => {
  it('leaves no event but those that are still to be sent, and these hold ids and flags alone', async () => {
    const { server } = await start({}, { closure_grace_days: 0 });
    const { token, id } = await registerUser(server);
    await server.call('updateUser', { token, body: { nickname: 'Larry', city: 'Huizhou' } });
    await server.store
      .updateTable('webhook_deliveries')
      .set({ state: 'delivered', give_up_at: null })
      .where('type', '=', 'user.created')
      .execute();
    await server.call('requestClosure', { token });
    const rows = await server.store
      .selectFrom('webhook_deliveries')
      .select(['type', 'body'])
      .where('user_id', '=', id)
      .orderBy('id')
      .execute();
    expect(rows.map(({ type }) => type)).toEqual(['user.updated', 'user.closed']);
    expect(JSON.stringify(rows)).not.toMatch(/Larry|Huizhou|Mei/);
  });
});
