/**
 * `node test/bench/webhooks.ts [--rate 1000] [--seconds 60]`: changes users on PostgreSQL at a rate and logs people in meanwhile, without a
 * webhook endpoint and with one. Prints the logins a second, and how long after its change each event arrived.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { lockUser, writeUser } from '../../server/accounts/users.ts';
import { readApps } from '../../server/config/apps.ts';
import { createLog } from '../../server/observe/log.ts';
import { unixNow } from '../../server/process/time.ts';
import { inTransaction } from '../../server/store/inTransaction.ts';
import { openStore } from '../../server/store/store.ts';
import { createEndpoints } from '../../server/webhooks/endpoints.ts';
import { recordEvents } from '../../server/webhooks/outbox.ts';
import { buildServer } from '../../tools/buildServer.ts';
import { startCluster } from '../support/cluster.ts';
import { load } from './load.ts';
import { callers, clientId, settlePeople } from './people.ts';
import { startPlatform } from './platform.ts';
import { startProcess } from './processes.ts';
import { logInSilently } from './requests.ts';

const { values } = parseArgs({ options: { rate: { type: 'string', default: '1000' }, seconds: { type: 'string', default: '60' } } });
const [rate, seconds] = [Number(values.rate), Number(values.seconds)];
/** Transactions of changes at once. */
const writers = 8;

/** When each user was changed and no event of it has come yet, the first in front, and the milliseconds that events took. */
const waiting = new Map<number, number[]>();
const lags: number[] = [];

const receiver = createServer(async (request, response) => {
  const { data } = JSON.parse(await text(request));
  const changed = waiting.get(data.user_id)?.shift();
  if (changed !== undefined) lags.push(performance.now() - changed);
  response.writeHead(204).end();
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;

const folder = mkdtempSync(join(tmpdir(), 'webhooks-'));
await buildServer('dist/server');
const cluster = await startCluster(['-c', 'shared_buffers=512MB', '-c', 'max_wal_size=4GB']);
const database = `${cluster.url}postgres`;
const people = await settlePeople(database, callers);
const wechat = { app_id: 'wx-bench', app_secret: 'secret of the bench', base_url: await startPlatform() };
const store = await openStore(database, createLog('error'));

/** Logs people in while users change, and waits for the last event. */
async function measure(name: string, changes: number, webhooks: object[]): Promise<void> {
  const APPS_FILE = join(folder, `${name}.json`);
  writeFileSync(APPS_FILE, JSON.stringify({ apps: [{ client_id: clientId, name: 'Bench', platforms: { wechat }, webhooks }] }));
  const environment = {
    NODE_ENV: 'production',
    DATABASE_URL: database,
    APPS_FILE,
    SECRET_KEY: 'a secret key for the bench, 32 characters',
  };
  const server = await startProcess('dist/server/start.js', '/readyz', { ...environment, RATE_LIMIT: 'off' });
  const endpoints = createEndpoints(readApps(APPS_FILE)).of(clientId);
  const started = performance.now();
  let done = 0;
  const change = async () => {
    while (performance.now() - started < seconds * 1000) {
      if (done >= ((performance.now() - started) / 1000) * changes) {
        await sleep(2);
        continue;
      }
      const user_id = people[done++ % people.length]?.userId ?? 0;
      await inTransaction({ id: clientId, store, now: unixNow, log: createLog('error'), endpoints }, async (tx) => {
        await lockUser(tx, user_id);
        await writeUser(tx, user_id, { nickname: `Person ${done}` });
        await recordEvents(tx, { type: 'user.updated', data: { user_id, changed: ['nickname'] } });
        if (endpoints.length > 0) waiting.set(user_id, [...(waiting.get(user_id) ?? []), performance.now()]);
      });
    }
  };
  const changing = Promise.all(Array.from({ length: changes > 0 ? writers : 0 }, change));
  const logins = await load(server.origin, logInSilently, people, seconds);
  await changing;
  const ended = performance.now();
  const expected = webhooks.length > 0 ? done : 0;
  while (lags.length < expected && performance.now() - ended < 300_000) await sleep(20);
  const sorted = lags.splice(0).sort((a, b) => a - b);
  const quantile = (share: number) => `${Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)} ms`;
  const events = `${sorted.length} events; half within ${quantile(0.5)}, 99 % within ${quantile(0.99)}, all within ${quantile(1)}`;
  process.stdout.write(`${name}: ${Math.round(logins.rate)} logins a second, ${Math.round(done / seconds)} changes a second, ${events}\n`);
  await server.stop();
}

const endpoint = { name: 'orders', url, secrets: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`], allow_private: true };
try {
  await measure('logins', 0, []);
  await measure('logins and changes', rate, []);
  await measure('logins, changes and webhooks', rate, [endpoint]);
} finally {
  await store.destroy();
  receiver.close();
  await cluster.stop();
  rmSync(folder, { recursive: true });
}
