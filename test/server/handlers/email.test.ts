import { describe, expect, it } from 'vitest';
import { createMailer } from '../../../server/mail/mailer.ts';
import { createLog } from '../../../server/observe/log.ts';
import { createOutbox } from '../../../server/sandbox/outbox.ts';
import { startMailServer } from '../../support/mailServer.ts';
import { type ServerOptions, startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const email = 'mei@example.com';
const verified = { email, email_verified: 1 } as const;
const verify = (server: TestServer, token: string) => server.call('sendVerificationEmail', { token, body: {} });
const reset = (server: TestServer, address = email) => server.call('requestPasswordReset', { body: { email: address } });

/** A server that sends through a real mail server. */
async function startWithMail(options: ServerOptions = {}) {
  const mailServer = await startMailServer();
  const mailer = createMailer({ smtpUrl: mailServer.url, from: 'Sandbox <no-reply@example.com>' });
  const server = await startServer({ services: { mailer, publicUrl: 'https://login.example.com/shop' }, ...options });
  return { server, received: mailServer.received };
}

describe('a verification mail', () => {
  it('reaches the address, in Chinese and English, as text and HTML, with a link to this server', async () => {
    const { server, received } = await startWithMail();
    const { token } = await addUser(server, { email });
    expect(await verify(server, token)).toMatchObject({ status: 201, body: { status: 'ok' } });
    const [mail] = received;
    expect(mail).toMatchObject({
      from: { name: 'Sandbox', address: 'no-reply@example.com' },
      to: [{ address: email }],
      subject: 'Sandbox: 验证您的邮箱 / Verify your e-mail address',
      attachments: [],
    });
    const link = /https:\/\/login\.example\.com\/shop\/email-verification\?token=[\w-]{43}&app=sandbox\n/g;
    expect(mail?.text?.match(link)).toHaveLength(2);
    expect(mail?.text).toContain('链接 24 小时内有效');
    expect(mail?.html).toContain('href="https://login.example.com/shop/email-verification?token=');
    expect(mail?.html).not.toContain('<img');
  });

  it('can be requested without a body', async () => {
    const server = await startServer();
    const { token } = await addUser(server, { email });
    expect((await server.call('sendVerificationEmail', { token })).status).toBe(201);
  });

  it('is not sent to an address that is verified already', async () => {
    const server = await startServer();
    const { token } = await addUser(server, verified);
    expect((await verify(server, token)).status).toBe(201);
    expect(await server.mailTo(email)).toBeUndefined();
  });

  it('requires an address', async () => {
    const server = await startServer();
    const { token } = await addUser(server);
    expect(await verify(server, token)).toMatchObject({ status: 400, body: { code: 'email_missing' } });
  });

  it('is not for anonymous users', async () => {
    const server = await startServer();
    const { token } = await addUser(server, { is_anonymous: 1 });
    expect(await verify(server, token)).toMatchObject({ status: 403, body: { code: 'anonymous_forbidden' } });
  });

  it('is sent once a minute and ten times in 24 hours', async () => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    const { token } = await addUser(server, { email });
    for (let sent = 0; sent < 10; sent++, clock.time += 60) {
      expect((await verify(server, token)).status).toBe(201);
      const reply = await verify(server, token);
      expect(reply).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
      if (sent < 9) expect(reply.headers.get('Retry-After')).toBe('60');
    }
    expect((await verify(server, token)).headers.get('Retry-After')).toBe(String(86_400 - 600));
  });

  it('is limited by user and by address', async () => {
    const server = await startServer();
    const [larry, mei] = [await addUser(server, { email: 'larry@example.com' }), await addUser(server, { email })];
    await verify(server, larry.token);
    await server.store.updateTable('users').set({ email: 'elsewhere@example.com' }).where('id', '=', larry.id).execute();
    expect((await verify(server, larry.token)).status).toBe(429);
    await server.store.updateTable('users').set({ email: 'larry@example.com' }).where('id', '=', mei.id).execute();
    expect((await verify(server, mei.token)).status).toBe(429);
    await server.store.updateTable('users').set({ email }).where('id', '=', mei.id).execute();
    expect((await verify(server, mei.token)).status).toBe(201);
  });

  it('is sent once for concurrent requests', async () => {
    const { server, received } = await startWithMail();
    const { token } = await addUser(server, { email });
    const replies = await Promise.all(Array.from({ length: 50 }, () => verify(server, token)));
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(received).toHaveLength(1);
  });

  it('is unavailable without a sender', async () => {
    const server = await startServer({ services: { mailer: undefined } });
    const { token } = await addUser(server, { email });
    const reply = await verify(server, token);
    expect(reply).toMatchObject({ status: 503, body: { code: 'delivery_unavailable' } });
    expect(reply.headers.get('Retry-After')).toBe('60');
  });

  it('is unavailable if the mail server is down, without using the allowance, invalidating a link or logging the address', async () => {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    const { token } = await addUser(server, { email });
    await verify(server, token);
    const link = await server.store.selectFrom('mail_links').selectAll().execute();
    clock.time += 60;
    const down = createMailer({ smtpUrl: 'smtp://127.0.0.1:1', from: 'no-reply@example.com' });
    server.services.mailer = down;
    for (const _attempt of [1, 2]) expect((await verify(server, token)).status).toBe(503);
    expect(await server.store.selectFrom('mail_links').selectAll().execute()).toEqual(link);
    expect(server.logLines().at(-1)).toMatchObject({ error: { code: 'delivery_unavailable', smtp_fault: 'ESOCKET' } });
  });
});

describe('a request to reset a password', () => {
  it('mails a link to a verified address, in any spelling', async () => {
    const { server, received } = await startWithMail();
    await addUser(server, verified);
    expect(await reset(server, 'MEI@Example.com')).toMatchObject({ status: 201, body: { status: 'ok' } });
    await server.services.background.settled();
    expect(received).toMatchObject([{ to: [{ address: email }], subject: 'Sandbox: 重置您的密码 / Reset your password' }]);
    expect(received[0]?.text).toMatch(/https:\/\/login\.example\.com\/shop\/password-reset\?token=[\w-]{43}&app=sandbox\n/);
  });

  it('is answered the same and mails nothing if the address is unknown, or of another app', async () => {
    const { server, received } = await startWithMail();
    await addUser(server, { email: 'larry@example.com', email_verified: 1 });
    const replies = [
      await reset(server),
      await reset(server, 'unknown@example.com'),
      await server.call('requestPasswordReset', { body: { email: 'larry@example.com' }, headers: { 'X-Hydrogen-Env-ID': 'staging' } }),
    ];
    for (const { status, body } of replies) expect([status, body]).toEqual([201, { status: 'ok' }]);
    await server.services.background.settled();
    expect(received).toEqual([]);
  });

  it('is answered before anything is looked up, so that timing reveals nothing', async () => {
    const tasks: (() => Promise<void>)[] = [];
    const server = await startServer({ services: { background: { run: (task) => tasks.push(task), settled: async () => undefined } } });
    await addUser(server, verified);
    expect((await reset(server)).status).toBe(201);
    const mailed = server.store.selectFrom('rate_limits').select('used').where('limit_name', '=', 'reset_minute');
    expect(await mailed.execute()).toEqual([]);
    await tasks[0]?.();
    expect(await server.mailTo(email)).toBeDefined();
  });

  it('is answered the same after one mail a minute, without another mail', async () => {
    const { server, received } = await startWithMail();
    await addUser(server, verified);
    for (const _attempt of [1, 2, 3]) expect((await reset(server)).status).toBe(201);
    await server.services.background.settled();
    expect(received).toHaveLength(1);
  });

  it('is answered the same if the mail server refuses, which is logged', async () => {
    const mailServer = await startMailServer({ onRcptTo: (_address, _session, done) => done(new Error('no such mailbox')) });
    const mailer = createMailer({ smtpUrl: mailServer.url, from: 'no-reply@example.com' });
    const server = await startServer({ services: { mailer } });
    await addUser(server, verified);
    expect((await reset(server)).status).toBe(201);
    await server.services.background.settled();
    const line = server.logLines().find(({ msg }) => msg === 'background task failed');
    expect(line).toMatchObject({ level: 50, error: { code: 'delivery_unavailable', smtp_command: 'RCPT TO', smtp_status: 550 } });
    expect(JSON.stringify(server.logLines())).not.toContain(email);
    expect(await server.store.selectFrom('mail_links').selectAll().execute()).toEqual([]);
  });

  it('is unavailable without a sender, for every address', async () => {
    const server = await startServer({ services: { mailer: undefined } });
    await addUser(server, verified);
    for (const address of [email, 'unknown@example.com']) expect((await reset(server, address)).status).toBe(503);
  });

  it('names an invalid address', async () => {
    const server = await startServer();
    expect(await reset(server, 'mei')).toMatchObject({ status: 400, body: { errors: [{ path: '/body/email' }] } });
  });
});

it('the token of a link is neither in the store nor, if it is mailed, in the log', async () => {
  const { server, received } = await startWithMail();
  const { token } = await addUser(server, { email });
  await verify(server, token);
  const [, secret = 'none'] = /token=([\w-]+)/.exec(received[0]?.text ?? '') ?? [];
  expect(JSON.stringify(await server.store.selectFrom('mail_links').selectAll().execute())).not.toContain(secret);
  await fetch(`${server.origin}/email-verification?token=${secret}&app=sandbox`);
  expect(JSON.stringify(server.logLines())).not.toContain(secret);
});

it('a mail of the sandbox is in the log, whole', async () => {
  const lines: string[] = [];
  const { mailer } = createOutbox(createLog('info', { write: (line: string) => void lines.push(line) }));
  const server = await startServer({ services: { mailer } });
  const { token } = await addUser(server, { email });
  await verify(server, token);
  await server.services.background.settled();
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 30, mail: { to: email, text: expect.stringContaining('http') } }]);
});
