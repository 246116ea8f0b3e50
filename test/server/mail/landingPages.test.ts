import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { deadlockingOnce } from '../../support/database.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser, readUser } from '../../support/users.ts';

const email = 'mei@example.com';
const verified = { email, email_verified: 1 } as const;

/** The link in the mail that an address got last. */
async function linkTo(server: TestServer, address = email): Promise<string> {
  const mail = await server.mailTo(address);
  return /^https?:\S+$/m.exec(mail?.text ?? '')?.[0] ?? 'no link';
}

async function verificationLink(server: TestServer, token: string) {
  expect((await server.call('sendVerificationEmail', { token })).status).toBe(201);
  return linkTo(server);
}

async function resetLink(server: TestServer, address = email) {
  expect((await server.call('requestPasswordReset', { body: { email: address } })).status).toBe(201);
  return linkTo(server, address);
}

async function open(link: string, language = 'zh-CN,zh;q=0.9', init: RequestInit = {}) {
  const response = await fetch(link, { ...init, headers: { 'Accept-Language': language } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** Fills in the form of a page and presses its button, as a browser does. */
async function press(link: string, fields: Record<string, string> = {}, language?: string) {
  return open(link, language, { method: 'POST', body: new URLSearchParams(fields) });
}
const both = (password: string) => ({ password, again: password });

describe.each(['verification', 'reset'] as const)('a %s link', (kind) => {
  const fields = kind === 'reset' ? both('correct horse') : {};
  const changed = async (server: TestServer, id: number) => {
    const { email_verified, password_hash } = await readUser(server, id);
    return kind === 'reset' ? password_hash !== null : email_verified === 1;
  };
  async function startWithLink() {
    const clock = { time: 1_800_000_000 };
    const server = await startServer({ now: () => clock.time });
    const { id, token } = await addUser(server, kind === 'reset' ? verified : { email });
    const newLink = () => (kind === 'reset' ? resetLink(server) : verificationLink(server, token));
    return { server, clock, id, newLink, link: await newLink() };
  }

  it('opens a page that changes nothing, however often scanners fetch it', async () => {
    const { server, id, link } = await startWithLink();
    for (const method of ['GET', 'HEAD', 'GET']) expect((await open(link, 'zh', { method })).status).toBe(200);
    expect(await changed(server, id)).toBe(false);
    expect((await press(link, fields)).status).toBe(200);
    expect(await changed(server, id)).toBe(true);
  });

  it('is redeemed although a deadlock ends the first attempt', async () => {
    const { server, id, link } = await startWithLink();
    server.services.store = deadlockingOnce(server.store);
    expect((await press(link, fields)).status).toBe(200);
    expect(await changed(server, id)).toBe(true);
  });

  it('can be used once', async () => {
    const { link } = await startWithLink();
    await press(link, fields);
    expect((await press(link, fields)).status).toBe(410);
    expect(await open(link)).toMatchObject({ status: 410, text: expect.stringContaining('链接已失效') });
  });

  it('can be used once in concurrent requests', async () => {
    const { link } = await startWithLink();
    const replies = await Promise.all(Array.from({ length: 20 }, () => press(link, fields)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 410)).toHaveLength(19);
  });

  it('expires', async () => {
    const { server, clock, id, link } = await startWithLink();
    clock.time += (kind === 'reset' ? 3600 : 86_400) - 1;
    expect((await open(link)).status).toBe(200);
    clock.time += 1;
    for (const answer of [await open(link), await press(link, fields)]) expect(answer.status).toBe(410);
    expect(await changed(server, id)).toBe(false);
  });

  it('invalidates the earlier one', async () => {
    const { clock, link, newLink } = await startWithLink();
    clock.time += 60;
    const second = await newLink();
    expect((await press(link, fields)).status).toBe(410);
    expect((await press(second, fields)).status).toBe(200);
  });

  it("is invalid after the user's address changed", async () => {
    const { server, id, link } = await startWithLink();
    await server.store.updateTable('users').set({ email: 'elsewhere@example.com' }).where('id', '=', id).execute();
    for (const answer of [await open(link), await press(link, fields)]) expect(answer.status).toBe(410);
    expect(await changed(server, id)).toBe(false);
  });

  it('is invalid for the other page, another app and with another token', async () => {
    const { server, id, link } = await startWithLink();
    const other =
      kind === 'reset' ? link.replace('password-reset', 'email-verification') : link.replace('email-verification', 'password-reset');
    for (const wrong of [other, link.replace('app=sandbox', 'app=sandbox%2Fstaging'), link.replace(/token=./, 'token=~')]) {
      expect((await press(wrong, { ...fields, ...both('correct horse') })).status).toBe(410);
    }
    expect(await changed(server, id)).toBe(false);
  });

  it('leads to an explanation if a part of it is missing', async () => {
    const { link } = await startWithLink();
    for (const query of ['', '?token=x', '?app=sandbox', '?token=x&app=unknown', '?token=x&token=y&app=sandbox']) {
      const answer = await open(link.replace(/\?.*/, query));
      expect([query, answer.status, answer.text.includes('链接不完整')]).toEqual([query, 400, true]);
    }
  });

  it('leads to a page that loads and runs nothing, is not cached, and sends no referrer', async () => {
    const { link } = await startWithLink();
    const { headers, text } = await open(link);
    const style = hash('sha256', /<style>(.*)<\/style>/s.exec(text)?.[1] ?? '', 'base64');
    expect(headers.get('Content-Security-Policy')).toBe(
      `default-src 'none'; style-src 'sha256-${style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    );
    expect([headers.get('Referrer-Policy'), headers.get('Cache-Control')]).toEqual(['no-referrer', 'no-store']);
    expect(headers.get('Content-Type')).toBe('text/html; charset=utf-8');
    expect(text).toContain('<meta name="viewport"');
    expect(text).not.toMatch(/<script|<img|<link|https?:/);
  });

  it('leads to a page in Chinese, or in English for a browser that does not accept Chinese', async () => {
    const { link } = await startWithLink();
    const languages = { 'zh-CN,zh;q=0.9,en;q=0.8': 'zh-CN', 'zh-TW': 'zh-CN', '*': 'zh-CN', 'en-GB,en;q=0.9,zh;q=0.1': 'en', fr: 'en' };
    for (const [asked, lang] of Object.entries(languages)) expect((await open(link, asked)).text).toContain(`<html lang="${lang}">`);
    expect((await press(link, fields, 'en')).text).toContain('<html lang="en">');
  });

  it('is not in the log', async () => {
    const { server, link } = await startWithLink();
    const before = server.logLines().length;
    await open(link);
    await press(link, fields);
    const lines = server.logLines().slice(before);
    expect(lines.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['GET', new URL(link).pathname, 200],
      ['POST', new URL(link).pathname, 200],
    ]);
    for (const secret of [new URL(link).searchParams.get('token'), 'correct horse']) expect(JSON.stringify(lines)).not.toContain(secret);
  });

  it('leads to an explanation if the server fails', async () => {
    const { server, link } = await startWithLink();
    await server.store.schema.dropTable('mail_links').execute();
    const answer = await open(link);
    expect(answer).toMatchObject({ status: 500, text: expect.stringContaining('请稍后再试') });
    expect(answer.text).not.toMatch(/table|sql/i);
    expect(server.logLines().at(-1).err.message).toMatch(/no such table|relation .* does not exist/);
  });
});

describe('verifying an address', () => {
  it('makes it the login name of the user, even if others claimed it', async () => {
    const server = await startServer();
    const claimant = await addUser(server, { email });
    const { id, token } = await addUser(server);
    await server.store.updateTable('users').set({ email }).where('id', '=', id).execute();
    const answer = await press(await verificationLink(server, token));
    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('邮箱已验证') });
    expect(await readUser(server, id)).toMatchObject({ email, email_verified: 1 });
    expect(await readUser(server, claimant.id)).toMatchObject({ email: null });
  });

  it('does not take it from a user who has verified it', async () => {
    const server = await startServer();
    const { id, token } = await addUser(server, { email });
    const link = await verificationLink(server, token);
    await server.store.deleteFrom('login_names').execute();
    await addUser(server, verified);
    expect(await press(link)).toMatchObject({ status: 409, text: expect.stringContaining('已由另一个账号验证') });
    expect(await readUser(server, id)).toMatchObject({ email_verified: 0 });
  });
});

describe('setting a new password', () => {
  it('sets it, logs the user out everywhere and no one else', async () => {
    const server = await startServer();
    const mei = await addUser(server, verified);
    const larry = await addUser(server);
    expect(await press(await resetLink(server), both('correct horse'))).toMatchObject({
      status: 200,
      text: expect.stringContaining('新密码已生效'),
    });
    const { password_hash } = await readUser(server, mei.id);
    expect(await server.services.passwords.verify(password_hash ?? '', 'correct horse')).toBe(true);
    expect((await server.call('logout', { token: mei.token })).status).toBe(401);
    expect((await server.call('logout', { token: larry.token })).status).toBe(201);
  });

  it.each([
    ['differ', { password: 'correct horse', again: 'correct hose' }, '两次输入的密码不一致'],
    ['are missing', {}, '两次输入的密码不一致'],
    ['are too short', both('12345'), '6 至 128 个字符。'],
    ['are too long', both('x'.repeat(129)), '6 至 128 个字符。'],
    ['are too short in characters', both('😀😀😀😀😀'), '6 至 128 个字符。'],
  ])('asks again if the passwords %s, and the link stays valid', async (_case, fields, text) => {
    const server = await startServer();
    const { id } = await addUser(server, verified);
    const link = await resetLink(server);
    const answer = await press(link, fields);
    expect(answer).toMatchObject({ status: 400, text: expect.stringContaining(text) });
    expect(answer.text).toContain('<form method="post">');
    expect((await readUser(server, id)).password_hash).toBeNull();
    expect((await press(link, both('密'.repeat(128)))).status).toBe(200);
  });

  it('shows the address and the app as text', async () => {
    const server = await startServer({ configure: (app) => ({ ...app, name: '<b>Shop</b>' }) });
    const address = "o'mei&co@example.com";
    await addUser(server, { email: address, email_verified: 1 });
    const { text } = await open(await resetLink(server, address), 'en');
    expect(text).toContain('Set a new password for the account o&#39;mei&amp;co@example.com with &lt;b&gt;Shop&lt;/b&gt;.');
  });

  it('refuses an oversized form', async () => {
    const server = await startServer();
    await addUser(server, verified);
    expect((await press(await resetLink(server), both('x'.repeat(5000)))).status).toBe(413);
  });
});
