// @module-tag fault
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Reply } from '../../support/client.ts';
import { startCluster } from '../../support/cluster.ts';
import { startProcess } from '../../support/process.ts';

describe('a restart of PostgreSQL', () => {
  it('under load: 503 in the meantime, automatic recovery, and no answered write is lost', async () => {
    const cluster = await startCluster([]);
    onTestFinished(() => cluster.stop());
    const server = await startProcess({ DATABASE_URL: `${cluster.url}postgres` });

    const answered: { token: string; userId: number }[] = [];
    const refused: Reply[] = [];
    let over = false;
    const work = async () => {
      while (!over) {
        const reply = await server.call('loginAnonymously');
        if (reply.status === 201) answered.push({ token: reply.body.token, userId: reply.body.id });
        else refused.push(reply);
      }
    };
    const until = (holds: () => boolean) => expect.poll(holds, { timeout: 20_000 }).toBe(true);
    const restart = async () => {
      await until(() => answered.length > 50);
      await cluster.halt();
      await until(() => refused.length > 50);
      expect((await fetch(`${server.origin}/readyz`)).status).toBe(503);
      await cluster.resume();
      const before = answered.length;
      await until(() => answered.length > before + 50);
      const refusedBefore = refused.length;
      await until(() => answered.length > before + 100);
      expect(refused.length).toBe(refusedBefore);
    };
    await Promise.all([restart().finally(() => (over = true)), ...Array.from({ length: 10 }, work)]);

    for (const { status, body, headers } of refused) {
      expect([status, body.code, headers.get('Retry-After')]).toEqual([503, 'store_unavailable', '5']);
    }
    const replies = await Promise.all(answered.map(({ token, userId }) => server.call('getUser', { token, userId })));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
    process.stdout.write(`PostgreSQL restarted: ${answered.length} answered and kept, ${refused.length} refused with 503\n`);
  });
});
