// @module-tag fault
import { writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkApps } from '../../../server/config/apps.ts';
import { createLog } from '../../../server/observe/log.ts';
import { createMetrics } from '../../../server/observe/metrics.ts';
import type { Store } from '../../../server/store/schema.ts';
import { startDelivery } from '../../../server/webhooks/delivery.ts';
import { createEndpoints } from '../../../server/webhooks/endpoints.ts';
import { createSend } from '../../../server/webhooks/send.ts';
import type { Client } from '../../support/client.ts';
import { createDatabase, openTestStore } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { type RunningServer, startProcess } from '../../support/process.ts';
import { endpointFor, type Misbehaviour, type Receiver, startReceiver } from '../../support/receiver.ts';

/** Changes in all; 5,000 for the figures of decision 21. */
const changes = Number(process.env.WEBHOOK_CHANGES ?? 400);
const changesOfUser = 5;
/** Seconds that pass in one, for the events left once the servers are dead. */
const haste = 40;

/** Answers some requests with a 500, breaks the connection of others, and leaves some without an answer: twice for an event at most. */
function flaky(): Misbehaviour {
  let asked = 0;
  const failures = new Map<string, number>();
  return ({ id }, response) => {
    asked++;
    const before = failures.get(id) ?? 0;
    if (before === 2) return undefined;
    if (asked % 7 === 3) response.writeHead(500).end();
    else if (asked % 11 === 5) response.destroy();
    else if (asked % 43 !== 7) return undefined;
    failures.set(id, before + 1);
    return 'misbehaved';
  };
}

describe('webhooks', () => {
  it('SIGKILL of both servers during changes, with flaky receivers: every event arrives, signed, in order for each user', async () => {
    const receivers = { flaky: await startReceiver(), steady: await startReceiver() };
    receivers.flaky.misbehave(flaky());
    const apps = [
      { client_id: 'sandbox', name: 'Shop', webhooks: Object.entries(receivers).map(([name, to]) => endpointFor(to, { name })) },
    ];
    const APPS_FILE = `${createFolder()}/apps.json`;
    writeFileSync(APPS_FILE, JSON.stringify({ apps }));
    const DATABASE_URL = await createDatabase();
    const start = () => startProcess({ DATABASE_URL, APPS_FILE, LOG_LEVEL: 'error' });
    const [first, second] = [await start(), await start()];

    const answered = await changeUsers(first, second);
    const store = await openTestStore(DATABASE_URL);
    await deliverRest(store, apps);

    const deliveries = await store
      .selectFrom('webhook_deliveries')
      .select(['id', 'endpoint', 'event_id', 'user_id', 'state'])
      .orderBy('id')
      .execute();
    expect(new Set(deliveries.map(({ state }) => state))).toEqual(new Set(['delivered']));
    for (const [endpoint, receiver] of Object.entries(receivers)) {
      const sent = deliveries.filter((delivery) => delivery.endpoint === endpoint);
      expect(missingOf(answered, sent)).toEqual([]);
      expect(receiver.problems).toEqual([]);
      const order = new Map(sent.map(({ id, event_id }) => [event_id, id]));
      expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set(order.keys()));
      expect(disorderOf(receiver, order)).toEqual([]);
      const duplicates = receiver.received.length - sent.length;
      process.stdout.write(
        `${sent.length} events to the ${endpoint} receiver: ${receiver.asked.length} requests, ${duplicates} duplicates\n`,
      );
      expect(duplicates).toBeLessThan(sent.length / 4);
    }
  });
});

/** Lets users change until the first server dies, and then at the second one, which dies in the end. @returns the answered changes by user */
async function changeUsers(first: RunningServer, second: RunningServer): Promise<Record<number, number>> {
  let count = 0;
  const answered: Record<number, number> = {};
  const note = (user: number) => {
    answered[user] = (answered[user] ?? 0) + 1;
    count++;
    if (count === Math.floor(changes / 2)) first.kill('SIGKILL');
  };
  const users = Array.from({ length: changes / changesOfUser }).values();
  const work = async (server: Client) => {
    for (const _ of users) await changeUser(server, note).catch(() => changeUser(second, note));
  };
  await Promise.all(Array.from({ length: 20 }, (_, n) => work(n % 2 === 0 ? first : second)));
  second.kill('SIGKILL');
  expect([(await first.ended).how, (await second.ended).how]).toEqual(['SIGKILL', 'SIGKILL']);
  return answered;
}

async function changeUser(client: Client, note: (user: number) => void): Promise<void> {
  const { body } = await client.call('loginAnonymously');
  note(body.id);
  for (let level = 1; level < changesOfUser; level++) {
    const { status } = await client.call('updateUser', { token: body.token, body: { level } });
    expect(status).toBe(200);
    note(body.id);
  }
}

/** Sends the rest in this process, by a clock on which retries and leases of the dead servers are soon due. */
async function deliverRest(store: Store, apps: object[]): Promise<void> {
  const started = Date.now();
  const now = () => Math.floor((started + (Date.now() - started) * haste) / 1000);
  const endpoints = createEndpoints(checkApps({ apps }));
  const services = { store, now, log: createLog('silent'), metrics: createMetrics() };
  const delivery = startDelivery(endpoints.all, services, createSend(500));
  onTestFinished(() => delivery.stop());
  const left = async () => (await store.selectFrom('webhook_queues').select(['waiting']).execute()).length;
  await expect.poll(left, { timeout: 50_000, interval: 50 }).toBe(0);
  await delivery.stop();
}

/** Users with fewer events than answered changes. A change may be committed and its answer lost. */
function missingOf(answered: Record<number, number>, sent: { user_id: number }[]): string[] {
  const events = Map.groupBy(sent, ({ user_id }) => user_id);
  return Object.entries(answered).flatMap(([user, count]) => ((events.get(Number(user))?.length ?? 0) < count ? [user] : []));
}

/** Requests that came after one about a later event of the same user. */
function disorderOf({ asked }: Receiver, order: Map<string, number>): string[] {
  const latest = new Map<number, number>();
  return asked.flatMap(({ id, data }) => {
    const place = order.get(id) ?? 0;
    const before = latest.get(data.user_id) ?? 0;
    latest.set(data.user_id, Math.max(place, before));
    return place < before ? [`${id} of user ${data.user_id}`] : [];
  });
}
