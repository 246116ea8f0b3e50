// @module-tag fault
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, writeFileSync } from 'node:fs';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '../../../../server/observe/log.ts';
import { openStore } from '../../../../server/store/store.ts';
import { startCluster } from '../../../support/cluster.ts';
import { createFolder } from '../../../support/folder.ts';
import { startProcess } from '../../../support/process.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** Makes an authority of one's own, and its certificate for `localhost`, which is not `127.0.0.1`. */
function makeCertificates(): string {
  const folder = createFolder();
  const openssl = (line: string) => execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'ignore' });
  openssl('req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=authority');
  openssl('req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj /CN=localhost');
  writeFileSync(`${folder}/names`, 'subjectAltName=DNS:localhost');
  openssl('x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem');
  openssl('req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -days 2 -subj /CN=another');
  return folder;
}

/** Lets PostgreSQL's user read a folder. */
function giveToPostgres(folder: string): void {
  chmodSync(folder, 0o755);
  for (const name of ['server.key', 'hba.conf']) {
    const path = `${folder}/${name}`;
    chmodSync(path, 0o600);
    if (process.getuid?.() === 0) chownSync(path, Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' })), 0);
  }
}

/** @param hba the kinds of connections that may log in */
async function start(ssl: 'on' | 'off', hba: string) {
  const folder = makeCertificates();
  writeFileSync(`${folder}/hba.conf`, `${hba} all all all password\n`);
  giveToPostgres(folder);
  const flags = { ssl, ssl_cert_file: `${folder}/server.pem`, ssl_key_file: `${folder}/server.key`, hba_file: `${folder}/hba.conf` };
  const cluster = await startCluster(Object.entries(flags).flatMap(([name, value]) => ['-c', `${name}=${value}`]));
  onTestFinished(() => cluster.stop());
  return { folder, at: (host: string, query: string) => `${cluster.url.replace('127.0.0.1', host)}postgres?${query}` };
}

/** The encryption of a store's connections, or the reason why it cannot connect. */
async function encryptionAt(url: string): Promise<string> {
  try {
    const store = await openStore(url, createLog('silent'));
    onTestFinished(() => store.destroy());
    const query = sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`;
    const replies = await Promise.all(Array.from({ length: 20 }, () => query.execute(store)));
    return [...new Set(replies.map(({ rows }) => (rows[0]?.ssl ? 'encrypted' : 'plain')))].join(' and ');
  } catch (error) {
    return error instanceof Error ? error.message.replace('DATABASE_URL: ', '') : String(error);
  }
}

describe('encryption of connections to PostgreSQL', () => {
  it.skipIf(!hasOpenssl)(
    'sslmode against a server with a certificate of a private authority: each mode checks what libpq checks',
    async () => {
      const { folder, at } = await start('on', 'host');
      const own = `sslrootcert=${folder}/ca.pem`;
      const other = `sslrootcert=${folder}/other.pem`;
      const cases: [host: string, query: string, outcome: string][] = [
        ['localhost', '', 'plain'],
        ['localhost', 'sslmode=disable', 'plain'],
        ['localhost', 'sslmode=allow', 'plain'],
        ['localhost', 'sslmode=prefer', 'encrypted'],
        ['localhost', 'sslmode=require', 'encrypted'],
        ['127.0.0.1', `sslmode=require&${own}`, 'encrypted'],
        ['localhost', `sslmode=require&${other}`, 'certificate'],
        ['127.0.0.1', `sslmode=verify-ca&${own}`, 'encrypted'],
        ['localhost', `sslmode=verify-ca&${other}`, 'certificate'],
        ['localhost', 'sslmode=verify-ca', 'needs sslrootcert'],
        ['localhost', `sslmode=verify-full&${own}`, 'encrypted'],
        ['127.0.0.1', `sslmode=verify-full&${own}`, 'altnames'],
        ['localhost', `sslmode=verify-full&${other}`, 'certificate'],
        ['localhost', 'sslmode=verify-full', 'certificate'],
        ['localhost', 'sslmode=verify-full&sslrootcert=system', 'certificate'],
        ['localhost', 'sslmode=require&sslrootcert=system', 'needs sslmode=verify-full'],
        ['localhost', 'sslmode=Require', 'sslmode: must be disable or allow or prefer or require or verify-ca or verify-full'],
        ['localhost', 'sslmode=', 'sslmode: must be disable or'],
      ];
      for (const [host, query, outcome] of cases) {
        expect([host, query, await encryptionAt(at(host, query))]).toEqual([host, query, expect.stringContaining(outcome)]);
      }
    },
  );

  it.skipIf(!hasOpenssl).each([
    ['without encryption', 'off', 'host', { disable: 'plain', allow: 'plain', prefer: 'plain', require: 'does not support SSL' }],
    [
      'that lets in encrypted connections only',
      'on',
      'hostssl',
      { disable: 'no encryption', allow: 'encrypted', prefer: 'encrypted', require: 'encrypted' },
    ],
    [
      'that lets in plain connections only',
      'on',
      'hostnossl',
      { disable: 'plain', allow: 'plain', prefer: 'plain', require: 'SSL encryption' },
    ],
  ] as const)(
    'sslmode against a server %s: allow and prefer take what they get, the others say why not',
    async (_what, ssl, hba, outcomes) => {
      const { at } = await start(ssl, hba);
      for (const [mode, outcome] of Object.entries(outcomes)) {
        expect([mode, await encryptionAt(at('127.0.0.1', `sslmode=${mode}`))]).toEqual([mode, expect.stringContaining(outcome)]);
      }
    },
  );

  it.skipIf(!hasOpenssl)('a wrong password with sslmode=prefer: reported as such', async () => {
    const { at } = await start('on', 'host');
    const url = new URL(at('127.0.0.1', 'sslmode=prefer'));
    url.password = 'wrong';
    expect(await encryptionAt(url.href)).toBe('password authentication failed for user "postgres"');
  });

  it.skipIf(!hasOpenssl)('sslmode=prefer, and a database that allows only plain connections: ready, and logs people in', async () => {
    const { at } = await start('on', 'hostnossl');
    const server = await startProcess({ DATABASE_URL: at('127.0.0.1', 'sslmode=prefer') });
    await Promise.all(Array.from({ length: 30 }, (_, person) => server.login('wechat', `person-${person}`)));
    expect((await fetch(`${server.origin}/readyz`)).status).toBe(200);
  });
});
