import { hash } from '@node-rs/argon2';
import { describe, expect, it } from 'vitest';
import { loginNames } from '../../support/accounts.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

/** Passwords that two keyboards write with other characters, and people write once. */
const passwords = ['café-über-99', '비밀번호-하나', 'mật-khẩu-ổn'].map((password) => ({
  composed: password.normalize('NFC'),
  decomposed: password.normalize('NFD'),
}));

const logIn = (server: TestServer, username: string, password: string) => server.call('loginByUsername', { body: { username, password } });

describe('encodings of a password', () => {
  describe.each(passwords)('the password $composed', ({ composed, decomposed }) => {
    it.each(loginNames)('logs in by $kind in either encoding, registered in either', async ({ kind, name, register, login }) => {
      for (const [registered, typed] of [
        [composed, decomposed],
        [decomposed, composed],
        [decomposed, decomposed],
      ]) {
        const server = await startServer();
        expect((await server.call(register, { body: { [kind]: name, password: registered } })).status).toBe(201);
        expect((await server.call(login, { body: { [kind]: name, password: typed } })).status).toBe(201);
      }
    });

    it('can be changed, and be the new password, in either encoding', async () => {
      const server = await startServer();
      const { token } = (await server.call('registerByUsername', { body: { username: 'mei', password: composed } })).body;
      const change = await server.call('updateAccount', { token, body: { password: decomposed, new_password: `${decomposed}!` } });
      expect(change.status).toBe(200);
      expect((await logIn(server, 'mei', `${composed}!`)).status).toBe(201);
    });

    it('is set on the reset page in one encoding and logs in with the other', async () => {
      const server = await startServer();
      await addUser(server, { email: 'mei@example.com', email_verified: 1 });
      await server.call('requestPasswordReset', { body: { email: 'mei@example.com' } });
      const link = /https?:\S+token=\S+/.exec((await server.mailTo('mei@example.com'))?.text ?? '')?.[0] ?? expect.unreachable();
      const page = await (await fetch(link)).text();
      const fields = [...page.matchAll(/<input[^>]* type="hidden"[^>]*>/g)].map(
        ([input]) => [/name="([^"]*)"/.exec(input)?.[1], /value="([^"]*)"/.exec(input)?.[1]] as [string, string],
      );
      const form = new URLSearchParams([...fields, ['password', decomposed], ['again', composed]]);
      expect((await fetch(link, { method: 'POST', body: form })).status).toBeLessThan(400);
      const reply = await server.call('loginByEmail', { body: { email: 'mei@example.com', password: composed } });
      expect(reply.status).toBe(201);
    });

    it('hashed as typed by an earlier version still logs in as typed', async () => {
      const server = await startServer();
      await addUser(server, { username: 'mei', password_hash: await hash(decomposed) });
      expect((await logIn(server, 'mei', decomposed)).status).toBe(201);
    });
  });

  it.each([
    ['ｐａｓｓｗｏｒｄ', 'password'],
    ['pass①word', 'pass1word'],
    ['Password', 'password'],
    [' password', 'password'],
  ])('for the password %j, %j is refused', { tags: 'fault' }, async (mine, guessed) => {
    const server = await startServer();
    await server.call('registerByUsername', { body: { username: 'mei', password: mine } });
    expect((await logIn(server, 'mei', guessed)).status).toBe(400);
    expect((await logIn(server, 'mei', mine)).status).toBe(201);
  });
});
