import { expect, it } from 'vitest';
import { startServer } from '../../support/server.ts';

it('ends the session that logs out and no other', async () => {
  const server = await startServer();
  const [first, second] = [await server.login('jd', 'larry'), await server.login('jd', 'larry')];
  expect(await server.call('logout', { token: first.token, body: {} })).toMatchObject({
    status: 201,
    body: { status: 'ok', message: 'Destroy succeed.' },
  });
  const userId = first.user_info.id;
  expect(await server.call('getUser', { token: first.token, userId })).toMatchObject({ status: 401, body: { code: 'session_invalid' } });
  expect((await server.call('getUser', { token: second.token, userId })).status).toBe(200);
});

it('takes a logout without a body', async () => {
  const server = await startServer();
  const { token } = await server.login('jd', 'larry');
  expect((await server.call('logout', { token })).status).toBe(201);
});

it('ends a session after thirty days', async () => {
  let time = 1_800_000_000;
  const server = await startServer({ now: () => time });
  const { token, expires_in, user_info } = await server.login('wechat', 'larry');
  expect(expires_in).toBe(2_592_000);
  time += expires_in - 1;
  expect((await server.call('getUser', { token, userId: user_info.id })).status).toBe(200);
  time += 1;
  expect((await server.call('getUser', { token, userId: user_info.id })).status).toBe(401);
});

it('keeps no token in the store', async () => {
  const server = await startServer();
  const { token } = await server.login('wechat', 'larry');
  expect(JSON.stringify(await server.store.selectFrom('sessions').selectAll().execute())).not.toContain(token);
});
