import { describe, expect, it, onTestFinished } from 'vitest';
import { startDelivery } from '../../../server/webhooks/delivery.ts';
import type { Endpoint } from '../../../server/webhooks/endpoints.ts';
import { giveUpOverdue } from '../../../server/webhooks/giveUp.ts';
import { claimDue } from '../../../server/webhooks/queue.ts';
import { createSend } from '../../../server/webhooks/send.ts';
import { settle } from '../../../server/webhooks/settle.ts';
import { registerUser } from '../../support/accounts.ts';
import { endpointFor, otherSecret, type Receiver, startReceiver, webhookSecret } from '../../support/receiver.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const day = 86_400;
const { signal } = new AbortController();

/** A server with endpoints, and a clock to turn. */
async function start(endpoints: object[], { timeout = 10_000 } = {}) {
  const clock = { time: 1_800_000_000 };
  const server = await startServer({ now: () => clock.time, rateLimited: false, configure: (app) => ({ ...app, webhooks: endpoints }) });
  const { services } = server;
  const deliver = () => {
    const delivery = startDelivery(services.endpoints.all, services, createSend(timeout));
    onTestFinished(() => delivery.stop());
    return delivery;
  };
  /** Lets time pass, as for a retry. */
  const pass = (seconds: number) => {
    clock.time += seconds;
    for (const { wake } of services.endpoints.all) wake();
  };
  return { server, clock, deliver, pass };
}

const deliveriesOf = ({ store }: TestServer) =>
  store
    .selectFrom('webhook_deliveries')
    .select(['endpoint', 'type', 'state', 'attempts', 'http_status', 'problem'])
    .orderBy('id')
    .execute();
const queuesOf = ({ store }: TestServer) => store.selectFrom('webhook_queues').select(['endpoint', 'user_id', 'waiting']).execute();
const typesAt = ({ received }: Receiver) => received.map(({ type }) => type);
const rename = (server: TestServer, token: string, nickname: string) => server.call('updateUser', { token, body: { nickname } });

describe('delivery', () => {
  it('sends a signed event as soon as its change is committed, and leaves nothing in the queue', async () => {
    const receiver = await startReceiver();
    const { server, deliver } = await start([endpointFor(receiver)]);
    deliver();
    const { id } = await registerUser(server);
    await expect.poll(() => receiver.received).toMatchObject([{ type: 'user.created', data: { user_id: id } }]);
    await expect.poll(() => queuesOf(server)).toEqual([]);
    expect(await deliveriesOf(server)).toMatchObject([{ state: 'delivered', attempts: 1, http_status: 204, problem: null }]);
    expect(receiver.problems).toEqual([]);
    expect(receiver.received[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': expect.stringMatching(/^evt_/),
    });
  });

  it('signs with both secrets while one replaces the other', async () => {
    const [behind, ahead] = [await startReceiver(webhookSecret), await startReceiver(otherSecret)];
    const secrets = [otherSecret, webhookSecret];
    const { server, deliver } = await start([behind, ahead].map((receiver, n) => endpointFor(receiver, { name: `n${n}`, secrets })));
    deliver();
    await registerUser(server);
    await expect.poll(() => [typesAt(behind), typesAt(ahead)]).toEqual([['user.created'], ['user.created']]);
    expect(behind.received[0]?.headers['webhook-signature']).toMatch(/^v1,\S+ v1,\S+$/);
    expect([...behind.problems, ...ahead.problems]).toEqual([]);
  });

  it('tries again with growing pauses, the same id and body, and keeps later events of the user back', async () => {
    const receiver = await startReceiver();
    const { server, deliver, pass } = await start([endpointFor(receiver)]);
    receiver.misbehave(({ type }, response) => {
      if (type !== 'user.created' || receiver.asked.length > 3) return undefined;
      response.writeHead(500).end();
      return 'misbehaved';
    });
    const [first, second] = [await registerUser(server, 'Mei'), await registerUser(server, 'Larry')];
    await rename(server, first.token, 'Mei');
    deliver();
    await expect.poll(() => deliveriesOf(server)).toMatchObject([{ attempts: 1 }, { attempts: 1 }, { attempts: 0 }]);
    pass(4);
    pass(2);
    await expect.poll(() => receiver.asked.length).toBeGreaterThan(3);
    pass(33);
    await expect.poll(() => typesAt(receiver).sort()).toEqual(['user.created', 'user.created', 'user.updated']);
    const ofFirst = receiver.received.filter(({ data }) => data.user_id === first.id);
    expect(ofFirst.map(({ type }) => type)).toEqual(['user.created', 'user.updated']);
    for (const { id } of [first, second]) {
      const asked = receiver.asked.filter(({ type, data }) => type === 'user.created' && data.user_id === id);
      expect(asked.length).toBeGreaterThan(1);
      expect(new Set(asked.map((event) => `${event.id} ${event.body}`)).size).toBe(1);
    }
  });

  it('waits for no endpoint that hangs', async () => {
    const [hanging, other] = [await startReceiver(), await startReceiver()];
    const { server, deliver } = await start([endpointFor(hanging, { name: 'hanging' }), endpointFor(other, { name: 'other' })], {
      timeout: 300,
    });
    hanging.misbehave(() => 'misbehaved');
    deliver();
    const people = Array.from({ length: 40 }, (_, n) => `person-${n}`);
    await Promise.all(people.map((person) => server.login('wechat', person)));
    await expect.poll(() => other.received.length).toBe(40);
    expect(hanging.received).toEqual([]);
    await expect.poll(async () => (await deliveriesOf(server)).map(({ problem }) => problem)).toContain('no answer within 0.3 s');
    // Twenty at once, and one at a time after ten failures in a row.
    expect(hanging.asked.length).toBeLessThanOrEqual(30);
  });

  it.each([
    ['a redirection', (response) => response.writeHead(302, { Location: 'http://169.254.169.254/' }).end(), 302],
    ['a broken connection', (response) => response.destroy(), null],
    ['a 410, for good', (response) => response.writeHead(410).end(), 410],
  ] as [string, Parameters<typeof answering>[0], number | null][])('takes %s for a failure', async (_name, answer, status) => {
    const receiver = await startReceiver();
    receiver.misbehave(answering(answer));
    const { server, deliver } = await start([endpointFor(receiver)]);
    deliver();
    await registerUser(server);
    const state = status === 410 ? 'parked' : 'pending';
    const row = { state, attempts: 1, http_status: status, problem: expect.any(String) };
    await expect.poll(() => deliveriesOf(server)).toMatchObject([row]);
    expect(receiver.asked).toHaveLength(1);
  });

  it('gives an event up after three days, and continues with the next one', async () => {
    const receiver = await startReceiver();
    const { server, deliver, pass } = await start([endpointFor(receiver)]);
    receiver.misbehave(({ type }, response) => {
      if (type !== 'user.created') return undefined;
      response.writeHead(503).end();
      return 'misbehaved';
    });
    const { token } = await registerUser(server);
    deliver();
    await expect.poll(() => deliveriesOf(server)).toMatchObject([{ attempts: 1 }]);
    pass(3 * day);
    await rename(server, token, 'Mei');
    await expect.poll(() => typesAt(receiver)).toEqual(['user.updated']);
    await expect.poll(() => queuesOf(server)).toEqual([]);
    expect(await deliveriesOf(server)).toMatchObject([
      { state: 'parked', attempts: 2, http_status: 503, problem: 'answered 503' },
      { state: 'delivered' },
    ]);
    expect(server.logLines().map(({ msg }) => msg)).toContain('webhook event given up: npm run admin -- replay-deliveries sends it again');
  });

  it('parks the events of an endpoint that no process has any more', async () => {
    const { server, clock } = await start([endpointFor({ url: 'http://127.0.0.1:9/' })]);
    const { token } = await registerUser(server);
    clock.time += 60;
    await rename(server, token, 'Mei');
    await giveUpOverdue(server.services, clock.time + 3 * day - 60, signal);
    expect(await deliveriesOf(server)).toMatchObject([{ state: 'parked', problem: 'never tried' }, { state: 'pending' }]);
    expect(await queuesOf(server)).toMatchObject([{ waiting: 1 }]);
    await giveUpOverdue(server.services, clock.time + 3 * day, signal);
    expect(await queuesOf(server)).toEqual([]);
  });

  it('leaves what another process is sending alone, until its lease is over', async () => {
    const receiver = await startReceiver();
    const { server, deliver, pass, clock } = await start([endpointFor(receiver)]);
    const { token, id } = await registerUser(server);
    const [endpoint] = server.services.endpoints.all;
    const claim = { now: clock.time, lease: 40, limit: 10 };
    const claimed = await claimDue(server.store, endpoint as Endpoint, claim);
    expect(claimed).toMatchObject([{ userId: id, type: 'user.created' }]);
    await rename(server, token, 'Mei');
    expect(await claimDue(server.store, endpoint as Endpoint, claim)).toEqual([]);
    clock.time += 39;
    deliver();
    await server.login('wechat', 'larry');
    await expect.poll(() => typesAt(receiver)).toEqual(['user.created']);
    pass(1);
    await expect.poll(() => typesAt(receiver)).toEqual(['user.created', 'user.created', 'user.updated']);
    // The process that was slow comes too late to count.
    const outcome = { at: clock.time, status: 204, problem: undefined, retryAt: undefined };
    await settle(
      server.tenant,
      endpoint as Endpoint,
      claimed.map((claimed) => ({ ...outcome, claimed })),
    );
    await expect.poll(() => queuesOf(server)).toEqual([]);
    expect((await deliveriesOf(server)).map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('is measured', async () => {
    const receiver = await startReceiver();
    const { server } = await start([endpointFor(receiver)]);
    const { endpoints, metrics, store } = server.services;
    const { countPending } = await import('../../../server/webhooks/pending.ts');
    metrics.watchWebhooks(() => countPending(store, endpoints.all));
    await registerUser(server);
    expect(await metrics.registry.metrics()).toContain('login_webhook_events_pending{tenant="sandbox",endpoint="orders"} 1');
    const delivery = startDelivery(endpoints.all, server.services);
    await expect.poll(() => queuesOf(server)).toEqual([]);
    await delivery.stop();
    const page = await metrics.registry.metrics();
    expect(page).toContain('login_webhook_events_pending{tenant="sandbox",endpoint="orders"} 0');
    expect(page).toContain('login_webhook_duration_seconds_count{tenant="sandbox",endpoint="orders",outcome="delivered"} 1');
  });
});

const answering =
  (answer: (response: Parameters<Parameters<Receiver['misbehave']>[0]>[1]) => unknown): Parameters<Receiver['misbehave']>[0] =>
  (_event, response) => {
    answer(response);
    return 'misbehaved';
  };
