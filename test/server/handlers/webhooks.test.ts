import { describe, expect, it, onTestFinished } from 'vitest';
import { startDelivery } from '../../../server/webhooks/delivery.ts';
import { registerUser } from '../../support/accounts.ts';
import { endpointFor, startReceiver } from '../../support/receiver.ts';
import { type CallOptions, startServer, type TestServer } from '../../support/server.ts';
import { keyWith } from '../../support/serverKeys.ts';

type Operation = 'listDeliveries' | 'replayDeliveries' | 'sendTestEvent';

/** A server whose app has an endpoint, and a key for the operations. */
async function start() {
  const receiver = await startReceiver();
  const clock = { time: 1_800_000_000 };
  const server = await startServer({
    now: () => clock.time,
    rateLimited: false,
    configure: (app) => ({ ...app, webhooks: [endpointFor(receiver), endpointFor(receiver, { name: 'other', events: [] })] }),
  });
  const { key } = await keyWith(server, 'webhooks');
  const call = (operation: Operation, options: CallOptions = {}) =>
    server.call(operation, { headers: { Authorization: `Bearer ${key}` }, ...options });
  const deliver = () => {
    const delivery = startDelivery(server.services.endpoints.all, server.services);
    onTestFinished(() => delivery.stop());
  };
  return { receiver, server, clock, call, deliver };
}

const isEmptied = ({ store }: TestServer) =>
  expect.poll(async () => (await store.selectFrom('webhook_queues').select('waiting').execute()).length).toBe(0);

describe('listDeliveries', () => {
  it('lists the latest first, by page and by every filter', async () => {
    const { server, clock, call } = await start();
    const first = await registerUser(server, 'Mei');
    clock.time += 60;
    const second = await registerUser(server, 'Larry');
    await server.call('updateUser', { token: second.token, body: { nickname: 'L' } });
    const typesOf = async (query: Record<string, string> = {}) =>
      (await call('listDeliveries', { query })).body.objects.map(({ type }: { type: string }) => type);
    expect(await typesOf()).toEqual(['user.updated', 'user.created', 'user.created']);
    expect(await typesOf({ user_id: String(first.id) })).toEqual(['user.created']);
    expect(await typesOf({ type: 'user.updated', state: 'pending', endpoint: 'orders' })).toEqual(['user.updated']);
    expect(await typesOf({ state: 'delivered' })).toEqual([]);
    expect(await typesOf({ until: String(clock.time) })).toEqual(['user.created']);
    expect(await typesOf({ since: String(clock.time) })).toEqual(['user.updated', 'user.created']);
    const page = (await call('listDeliveries', { query: { limit: '2' } })).body;
    expect(page.objects.map(({ user_id }: { user_id: number }) => user_id)).toEqual([second.id, second.id]);
    const last = (await call('listDeliveries', { query: { limit: '2', after: String(page.next) } })).body;
    expect(last).toMatchObject({ objects: [{ user_id: first.id, attempts: 0, attempted_at: null, http_status: null }], next: null });
  });

  it.each(['listDeliveries', 'replayDeliveries', 'sendTestEvent'] as const)('%s needs a key with the scope', async (operation) => {
    const { server, call } = await start();
    const body = { listDeliveries: undefined, replayDeliveries: { state: 'parked' }, sendTestEvent: { endpoint: 'orders' } }[operation];
    const { key } = await keyWith(server, 'introspect');
    expect(await call(operation, { body, headers: { Authorization: `Bearer ${key}` } })).toMatchObject({
      status: 403,
      body: { code: 'scope_missing' },
    });
    const { token } = await registerUser(server);
    expect(await server.call(operation, { body, token })).toMatchObject({ status: 401, body: { code: 'server_key_invalid' } });
  });

  it("shows nothing of another app's users", async () => {
    const { server, call } = await start();
    await registerUser(server);
    await server.store.updateTable('webhook_deliveries').set({ tenant_id: 'other' }).execute();
    expect((await call('listDeliveries')).body.objects).toEqual([]);
    expect((await call('replayDeliveries', { body: { since: 1 } })).body.replayed).toBe(0);
  });
});

describe('replayDeliveries', () => {
  it('sends one or a range again, with the old id and the old time, and leaves pending ones alone', async () => {
    const { server, receiver, clock, call, deliver } = await start();
    const { token } = await registerUser(server);
    deliver();
    await isEmptied(server);
    await server.call('updateUser', { token, body: { nickname: 'Mei' } });
    await isEmptied(server);
    const [latest, earliest] = (await call('listDeliveries')).body.objects;
    expect((await call('replayDeliveries', { body: { delivery_ids: [earliest.id] } })).body).toEqual({ replayed: 1, next: null });
    await isEmptied(server);
    expect(receiver.received.map(({ id }) => id)).toEqual([earliest.event_id, latest.event_id, earliest.event_id]);
    expect(receiver.received[2]?.body).toBe(receiver.received[0]?.body);
    expect((await call('replayDeliveries', { body: { since: clock.time } })).body).toEqual({ replayed: 2, next: null });
    await isEmptied(server);
    expect(receiver.received.slice(3).map(({ id }) => id)).toEqual([earliest.event_id, latest.event_id]);
    expect(receiver.problems).toEqual([]);
  });

  it('of pending deliveries changes nothing', async () => {
    const { server, call } = await start();
    await registerUser(server);
    expect((await call('replayDeliveries', { body: { since: 1 } })).body.replayed).toBe(0);
    expect(await server.store.selectFrom('webhook_queues').select('waiting').execute()).toEqual([{ waiting: 1 }]);
  });

  it('of nothing in particular is refused', async () => {
    const { call } = await start();
    expect(await call('replayDeliveries', { body: {} })).toMatchObject({ status: 400, body: { code: 'request_invalid' } });
  });
});

describe('sendTestEvent', () => {
  it('sends a test, whatever the endpoint wants, and shows its outcome', async () => {
    const { server, receiver, call, deliver } = await start();
    deliver();
    const { status, body } = await call('sendTestEvent', { body: { endpoint: 'other' } });
    expect(status).toBe(201);
    await isEmptied(server);
    expect(receiver.received).toMatchObject([{ id: body.event_id, type: 'webhook.test', data: {} }]);
    const [delivery] = (await call('listDeliveries')).body.objects;
    expect(delivery).toMatchObject({ id: body.delivery_id, endpoint: 'other', user_id: null, state: 'delivered', http_status: 204 });
  });

  it('knows the endpoints of the app alone', async () => {
    const { call } = await start();
    expect(await call('sendTestEvent', { body: { endpoint: 'unlisted' } })).toMatchObject({
      status: 404,
      body: { code: 'endpoint_not_found' },
    });
  });
});
