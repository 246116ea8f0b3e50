import { statSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, vi } from 'vitest';
import { buildServer } from '../../tools/buildServer.ts';
import { password } from '../support/accounts.ts';
import { createClient } from '../support/client.ts';
import { createDatabase } from '../support/database.ts';
import { createFolder } from '../support/folder.ts';
import { startMailServer } from '../support/mailServer.ts';
import { spawnServer } from '../support/process.ts';
import { startTraceReceiver } from '../support/traceReceiver.ts';

/** Builds the server in a separate project folder. @returns the script that starts it */
async function build(): Promise<string> {
  const folder = createFolder();
  for (const name of ['package.json', 'generated', 'node_modules']) symlinkSync(resolve(name), join(folder, name));
  await buildServer(join(folder, 'dist/server'));
  return join(folder, 'dist/server/start.js');
}

describe('the bundled server', () => {
  it('is complete: it logs in through a platform, sends mails and traces, validates its responses and shows its pages', async () => {
    const mailServer = await startMailServer();
    const receiver = await startTraceReceiver();
    const environment = {
      DATABASE_URL: await createDatabase(),
      SMTP_URL: mailServer.url,
      MAIL_FROM: 'no-reply@example.com',
      PUBLIC_URL: 'https://login.example.com',
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.origin,
    };
    const server = spawnServer(environment, 'node', await build());
    const origin = await server.ready;
    const { call, login } = createClient(origin, server.secrets);

    await login('wechat', 'larry');
    const { token } = (await call('registerByEmail', { body: { email: 'mei@example.com', password } })).body;
    expect((await call('sendVerificationEmail', { token, body: {} })).status).toBe(201);
    for (const page of ['/docs/recipes', '/docs/start.js', '/docs/scalar.js', '/openapi.json', '/metrics', '/readyz']) {
      expect((await fetch(origin + page)).status).toBe(200);
    }
    server.kill('SIGTERM');
    expect((await server.ended).how).toBe(0);
    expect(mailServer.received).toHaveLength(1);
    expect(receiver.spans.map(({ name }) => name)).toContain('POST /hserve/v2.5/idp/wechat/silent-login/');
  });

  it('names lines of the sources in the log with source maps on', async () => {
    const file = join(createFolder(), 'login.db');
    const environment = { DATABASE_URL: `sqlite:${file}`, NODE_OPTIONS: '--enable-source-maps' };
    const server = spawnServer(environment, 'node', await build());
    const origin = await server.ready;
    new DatabaseSync(file, { timeout: 10_000 }).exec('delete from login_migration');
    expect((await fetch(`${origin}/readyz`)).status).toBe(503);
    server.kill('SIGTERM');
    expect((await server.ended).output).toMatch(/at checkStore \(\S+\/server\/store\/readiness\.ts:\d+/);
  });

  it("includes the thread that checkpoints SQLite's WAL", async () => {
    const file = join(createFolder(), 'login.db');
    const server = spawnServer({ DATABASE_URL: `sqlite:${file}` }, 'node', await build());
    const { call } = createClient(await server.ready, server.secrets);
    const other = new DatabaseSync(file, { timeout: 10_000 });
    other.exec('pragma wal_autocheckpoint = 0; create table texts (text); insert into texts values (zeroblob(40000000))');
    expect((await call('loginAnonymously', { body: {} })).status).toBe(201);
    await vi.waitFor(() => expect(statSync(file).size).toBeGreaterThan(40_000_000), { timeout: 20_000 });
    server.kill('SIGTERM');
    expect((await server.ended).output).not.toContain('WAL checkpoint failed');
  });

  it('includes the thread that finds user lists', async () => {
    const server = spawnServer({ DATABASE_URL: await createDatabase() }, 'node', await build());
    const { call } = createClient(await server.ready, server.secrets);
    const { token } = (await call('registerByUsername', { body: { username: 'Mei', password } })).body;
    await call('updateUser', { token, body: { nickname: 'Mei' } });
    const where = '{"$or":[{"nickname":{"$regex":"^M"}}]}';
    expect((await call('listUsers', { token, query: { where } })).body.objects).toMatchObject([{ nickname: 'Mei' }]);
    expect((await call('listUsers', { token, query: { where: '{"nickname":{"$regex":"("}}' } })).status).toBe(400);
    server.kill('SIGTERM');
    expect((await server.ended).how).toBe(0);
  });
});
