// @module-tag fault
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startCluster } from '../../support/cluster.ts';
import { freePort } from '../../support/command.ts';
import { createFolder } from '../../support/folder.ts';
import { startProcess } from '../../support/process.ts';

const hasPgBouncer = spawnSync('pgbouncer', ['--version']).status === 0;

/** A PgBouncer of the machine's packages before a PostgreSQL of the test's own, as it is configured when it is installed. */
async function startPooler(mode: 'transaction' | 'session'): Promise<string> {
  const cluster = await startCluster([]);
  onTestFinished(() => cluster.stop());
  const { password, port } = new URL(cluster.url);
  const folder = createFolder();
  const own = await freePort();
  writeFileSync(`${folder}/users.txt`, `"postgres" "${password}"\n`);
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: own,
    auth_type: 'plain',
    auth_file: `${folder}/users.txt`,
    pool_mode: mode,
    // In session mode each connection of a server has one of PostgreSQL's for itself.
    default_pool_size: mode === 'session' ? 40 : 5,
    unix_socket_dir: '',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(`${folder}/pgbouncer.ini`, `[databases]\n* = host=127.0.0.1 port=${port}\n[pgbouncer]\n${lines.join('\n')}\n`);
  for (const path of [folder, `${folder}/users.txt`, `${folder}/pgbouncer.ini`]) chmodSync(path, 0o755);
  const asRoot = process.getuid?.() === 0 ? ['-u', 'nobody'] : []; // cspell:disable-line
  const pooler = spawn('pgbouncer', [...asRoot, `${folder}/pgbouncer.ini`], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(pooler, 'exit');
  onTestFinished(async () => {
    pooler.kill('SIGKILL');
    await ended;
  });
  let output = '';
  pooler.stderr.on('data', (chunk) => {
    output += chunk;
  });
  await expect.poll(() => output).toContain('process up');
  return `postgres://postgres:${password}@127.0.0.1:${own}/postgres`;
}

describe('PgBouncer', () => {
  it.skipIf(!hasPgBouncer).each([
    ['transaction', ''],
    ['transaction', '?pgbouncer=true'],
    ['session', ''],
  ] as const)(
    'PgBouncer as it is installed, in %s mode, with DATABASE_URL%s: two servers share its connections, and nothing fails',
    async (mode, parameters) => {
      const DATABASE_URL = (await startPooler(mode)) + parameters;
      const servers = [await startProcess({ DATABASE_URL }), await startProcess({ DATABASE_URL })];
      const statuses = new Set<number>();
      const people = Array.from({ length: 8 }, async (_, person) => {
        for (let round = 0; round < 10; round++) {
          for (const server of servers) {
            const { token, user_info } = await server.login('wechat', `person-${person}`);
            statuses.add((await server.call('getUser', { token, userId: user_info.id })).status);
            statuses.add((await server.call('logout', { token })).status);
          }
        }
      });
      await Promise.all(people);
      expect([...statuses].toSorted()).toEqual([200, 201]);
      for (const { origin } of servers) expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    },
  );
});
