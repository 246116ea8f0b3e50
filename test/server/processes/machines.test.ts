// @module-tag fault
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createClient } from '../../support/client.ts';
import { createDatabase } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { type ServerProcess, spawnServer } from '../../support/process.ts';

const isRoot = process.getuid?.() === 0;
const hideProc = 'mount -t tmpfs none /proc';
/** Only root can do that, and in a container only with the capability. */
const hidesProc = spawnSync('unshare', ['-m', 'sh', '-c', hideProc]).status === 0;
/** A uid without an entry in /etc/passwd, as OpenShift assigns one to each project. */
const arbitraryUser = { uid: 1_000_650_000, gid: 0 };

async function serves(server: ServerProcess): Promise<void> {
  const origin = await server.ready;
  const client = createClient(origin, server.secrets);
  expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  await client.login('wechat', 'larry');
  const body = { username: 'larry', password: 'plum-rain-june' };
  expect((await client.call('registerByUsername', { body })).status).toBe(201);
  expect((await client.call('loginByUsername', { body })).status).toBe(201);
  server.kill('SIGTERM');
  expect((await server.ended).how).toBe(0);
}

describe('restricted machines', () => {
  it.skipIf(!hidesProc)('a hidden /proc: the server starts, logs people in and exits normally', async () => {
    const DATABASE_URL = await createDatabase();
    await serves(
      spawnServer(
        { DATABASE_URL },
        'node',
        'server/main.ts',
        {},
        `[ "$HIDDEN" ] || exec env HIDDEN=1 unshare -m sh -c '${hideProc} && exec "$0" "$@"' "$0" "$@"`,
      ),
    );
  });

  it.skipIf(!isRoot)(
    'a user without a name, in group 0, who owns the folder: the server starts, and its files belong to the user',
    async () => {
      const folder = createFolder();
      chmodSync(folder, 0o755);
      const data = `${folder}/data`;
      mkdirSync(data);
      chownSync(data, 1000, 0);
      chmodSync(data, 0o770);
      await serves(spawnServer({ DATABASE_URL: `sqlite:${data}/login.db`, SECRET_KEY: '' }, 'node', 'server/main.ts', arbitraryUser));
      for (const name of ['login.db', 'secret.key']) {
        const { uid, mode } = statSync(`${data}/${name}`);
        expect([name, uid, (mode & 0o777).toString(8)]).toEqual([name, arbitraryUser.uid, '600']);
      }
    },
  );

  it.skipIf(!isRoot)('a user without a name or a writable folder, on PostgreSQL: the server starts and answers', async () => {
    const DATABASE_URL = await createDatabase();
    if (DATABASE_URL.startsWith('sqlite:')) {
      const folder = DATABASE_URL.slice('sqlite:'.length).replace(/\/[^/]*$/, '');
      chownSync(folder, arbitraryUser.uid, 0);
    }
    await serves(spawnServer({ DATABASE_URL, HOME: '/nonexistent', TMPDIR: '/nonexistent' }, 'node', 'server/main.ts', arbitraryUser));
  });
});
