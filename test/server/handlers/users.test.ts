import { expect, it } from 'vitest';
import { startServer } from '../../support/server.ts';

it('shows a user its own record whole, in both generations', async () => {
  const server = await startServer();
  const { token, user_info } = await server.login('kuaishou', 'larry');
  for (const operation of ['getUser', 'getUserV22'] as const) {
    expect(await server.call(operation, { token, userId: user_info.id })).toMatchObject({ status: 200, body: user_info });
  }
});

it('shows another user only what is public', async () => {
  const server = await startServer();
  const { user_info: larry } = await server.login('qq', 'larry');
  const { token } = await server.login('qq', 'mei');
  expect((await server.call('getUser', { token, userId: larry.id })).body).toEqual({ id: larry.id, nickname: '', avatar: '' });
});

it('answers 404 for a user that is not there', async () => {
  const server = await startServer();
  const { token } = await server.login('qq', 'mei');
  expect(await server.call('getUser', { token, userId: 1 })).toMatchObject({ status: 404, body: { code: 'user_not_found' } });
});
