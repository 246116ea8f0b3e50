import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { expect, it, type TestContext } from 'vitest';
import { createVault } from '../../../server/vault.ts';
import { password, registerUser } from '../../support/accounts.ts';
import { createDatabase } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const run = promisify(execFile);

/** The commands of the deployment page, run as written but for where things are. */
function commandsOf(word: string): string {
  const blocks = [...readFileSync('deploy/README.md', 'utf8').matchAll(/```sh\n(.*?)```/gs)].map(([, code = '']) => code);
  return blocks.find((code) => code.includes(word)) ?? '';
}

/** Backs a database up while a server runs on it. @returns the URL of another one that has what was backed up */
async function backUpAndRestore(url: string, { skip }: TestContext): Promise<string> {
  const folder = createFolder();
  if (url.startsWith('sqlite:')) {
    mkdirSync(`${folder}/backup`);
    const commands = commandsOf('vacuum into').replace('data/login.db', url.replace('sqlite:', ''));
    await run('sh', ['-euc', commands], { cwd: folder });
    return `sqlite:${folder}/backup/login.db`;
  }
  const restored = await createDatabase();
  const commands = commandsOf('pg_dump');
  await run('sh', ['-euc', commands], { cwd: folder, env: { ...process.env, DATABASE_URL: url, RESTORED_URL: restored } }).catch(
    (error) => {
      skip(/server version mismatch|not found/.test(error.stderr), 'no pg_dump here is as new as the server');
      throw error;
    },
  );
  return restored;
}

/** Opens sealed data with the session key that is kept of a person. */
async function updatePhone(server: TestServer, origin: TestServer, token: string) {
  const body = { ...(await origin.granted('phone', 'kuaishou', 'larry')), overwrite: true };
  return (await server.call('updatePhoneKuaishou', { token, body })).body;
}

it('is restored from a backup that was made while it ran: accounts, sessions and, with the same key, session keys', async (context) => {
  const DATABASE_URL = await createDatabase();
  const server = await startServer({ database: DATABASE_URL });
  const { token, id } = await registerUser(server, 'larry');
  await server.call('linkKuaishou', { token, body: { code: await server.codeFor('kuaishou', 'larry') } });

  const database = await backUpAndRestore(DATABASE_URL, context);
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
