// @module-tag fault
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCluster } from '../../support/cluster.ts';
import { startForwarder } from '../../support/forwarder.ts';
import { startProcess } from '../../support/process.ts';

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(statement);
  await client.end();
}

describe('a failover of PostgreSQL', () => {
  it('to a standby: 503 and not ready until it is promoted, no session is read there, and then every write is stored', async () => {
    const primary = await startCluster([]);
    onTestFinished(() => primary.stop());
    const standby = await primary.addStandby();
    onTestFinished(() => standby.stop());
    const name = await startForwarder(`${primary.url}postgres`);
    const server = await startProcess({ DATABASE_URL: name.url });
    const { token, user_info } = await server.login('wechat', 'larry');
    const userId = user_info.id;
    const statuses = async () => {
      const requests = [server.call('getUser', { token, userId }), server.call('loginAnonymously'), fetch(`${server.origin}/readyz`)];
      return (await Promise.all(requests)).map(({ status }) => status);
    };
    expect(await statuses()).toEqual([200, 201, 200]);

    name.moveTo(`${standby.url}postgres`);
    for (let round = 0; round < 5; round++) expect(await statuses()).toEqual([503, 503, 503]);

    await primary.halt();
    await run(`${standby.url}postgres`, 'select pg_promote()');
    for (let round = 0; round < 20; round++) expect(await statuses()).toEqual([200, 201, 200]);
  });

  it('a database that becomes read-only: not ready, until it is writable again', async () => {
    const cluster = await startCluster([]);
    onTestFinished(() => cluster.stop());
    const url = `${cluster.url}postgres`;
    const server = await startProcess({ DATABASE_URL: url });
    const statuses = async () => {
      const replies = await Promise.all([
        ...Array.from({ length: 20 }, () => server.call('loginAnonymously')),
        fetch(`${server.origin}/readyz`),
      ]);
      return [...new Set(replies.map(({ status }) => status))].toSorted();
    };
    const endOthers = 'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null';
    expect(await statuses()).toEqual([200, 201]);
    await run(url, 'alter database postgres set default_transaction_read_only = on');
    await run(url, endOthers);
    await expect.poll(statuses).toEqual([503]);
    await run(`${url}?options=-c%20default_transaction_read_only=off`, 'alter database postgres reset default_transaction_read_only');
    expect(await statuses()).toEqual([200, 201]);
  });
});
