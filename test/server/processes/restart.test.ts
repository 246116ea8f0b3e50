// @module-tag fault
import { describe, expect, it } from 'vitest';
import { startBalancer } from '../../support/balancer.ts';
import { createClient } from '../../support/client.ts';
import { freePort } from '../../support/command.ts';
import { createDatabase } from '../../support/database.ts';
import { startProcess } from '../../support/process.ts';

describe('a rolling restart', () => {
  it('two processes behind a load balancer, restarted in turn: no request fails', async () => {
    const DATABASE_URL = await createDatabase();
    const start = (port: number) => startProcess({ DATABASE_URL, PORT: String(port) });
    const servers = await Promise.all([start(await freePort()), start(await freePort())]);
    const balancer = await startBalancer(servers.map(({ origin }) => origin));
    const bothReady = () => expect.poll(() => balancer.ready.size, { timeout: 10_000 }).toBe(2);
    await bothReady();

    const { call } = createClient(balancer.origin, servers[0].secrets);
    const answers = new Map<number, number>();
    const count = ({ status }: { status: number }) => answers.set(status, (answers.get(status) ?? 0) + 1);
    let restarted = false;
    const work = async () => {
      while (!restarted) {
        const session = await call('loginAnonymously');
        count(session);
        const { token, id: userId } = session.body;
        count(await call('getUser', { token, userId }));
        count(await call('logout', { token }));
      }
    };
    const restart = async () => {
      for (const server of servers) {
        server.kill('SIGTERM');
        expect((await server.ended).how).toBe(0);
        await start(Number(new URL(server.origin).port));
        await bothReady();
      }
      restarted = true;
    };
    await Promise.all([restart(), ...Array.from({ length: 10 }, work)]);
    expect([...answers.keys()].sort()).toEqual([200, 201]);
    process.stdout.write(`restarted during ${[...answers.values()].reduce((sum, n) => sum + n)} requests, none failed\n`);
  });
});
