// @module-tag fault
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, inject, it, type TestContext } from 'vitest';
import { createVault } from '../../../server/crypto/vault.ts';
import { password, registerUser } from '../../support/accounts.ts';
import { createFolder } from '../../support/folder.ts';
import { startPackagedPostgres } from '../../support/packagedPostgres.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const run = promisify(execFile);

/** The commands of the deployment page, run as written except for paths and addresses. */
function commandsOf(word: string): string {
  const blocks = [...readFileSync('deploy/README.md', 'utf8').matchAll(/```sh\n(.*?)```/gs)].map(([, code = '']) => code);
  return blocks.find((code) => code.includes(word)) ?? '';
}

/** An empty database, and the commands that restore its contents into another one while a server uses it. */
async function createPair({ skip }: TestContext): Promise<{ url: string; restore: () => Promise<string> }> {
  const cwd = createFolder();
  if (inject('postgres') === undefined) {
    const commands = commandsOf('vacuum into').replace('data/login.db', `${cwd}/login.db`);
    const restore = () => run('sh', ['-euc', commands], { cwd }).then(() => `sqlite:${cwd}/backup/login.db`);
    return { url: `sqlite:${cwd}/login.db`, restore };
  }
  const cluster = await startPackagedPostgres();
  if (cluster === undefined) return skip('no PostgreSQL with its tools is installed here');
  // Both are there from the beginning, and empty.
  const [url, restored] = [`${cluster}postgres`, `${cluster}template1`];
  const env = { ...process.env, DATABASE_URL: url, RESTORED_URL: restored };
  return { url, restore: () => run('sh', ['-euc', commandsOf('pg_dump')], { cwd, env }).then(() => restored) };
}

/** Opens sealed data with the session key that is kept of a person. */
async function updatePhone(server: TestServer, origin: TestServer, token: string) {
  const body = { ...(await origin.granted('phone', 'kuaishou', 'larry')), overwrite: true };
  return (await server.call('updatePhoneKuaishou', { token, body })).body;
}

describe('backup and restore', () => {
  it('a backup of a running server: restores accounts, sessions and, with the same key, session keys', async (context) => {
    const { url, restore } = await createPair(context);
    const server = await startServer({ database: url });
    const { token, id } = await registerUser(server, 'larry');
    await server.call('linkKuaishou', { token, body: { code: await server.codeFor('kuaishou', 'larry') } });

    const database = await restore();
    await registerUser(server, 'too-late');

    const restored = await startServer({ database });
    const login = (username: string) => restored.call('loginByUsername', { body: { username, password } });
    expect((await login('larry')).body.id).toBe(id);
    expect((await login('too-late')).body.code).toBe('credentials_invalid');
    expect((await restored.call('getUser', { token, userId: id })).status).toBe(200);
    expect(await updatePhone(restored, server, token)).toMatchObject({ _phone: '13800138000', _phone_verified: true });

    const keyless = await startServer({ database, services: { vault: createVault('another secret key, 32 characters') } });
    expect((await updatePhone(keyless, server, token)).code).toBe('session_key_expired');
  });
});
