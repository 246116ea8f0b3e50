import { expect, it } from 'vitest';
import { banUser, unbanUser } from '../../../server/accounts/bans.ts';
import { inTransaction } from '../../../server/store/inTransaction.ts';
import { password, registerUser } from '../../support/accounts.ts';
import { ticketFor } from '../../support/merging.ts';
import { jpeg, pictureForm } from '../../support/pictures.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { readUser } from '../../support/users.ts';

const phone = '13800138000';
const banned = { status: 403, body: { code: 'user_banned' } };

const ban = async (server: TestServer, id: number, until: number | null = null) => {
  const user = await readUser(server, id);
  await inTransaction(server.tenant, (tx) => banUser(tx, user, { reason: 'spam', until }));
};

it('a ban holds for every way in, for tokens that are out, and against merging the account', async () => {
  const clock = { time: 1_800_000_000 };
  const server = await startServer({ now: () => clock.time });
  const { token, id } = await registerUser(server);
  await server.call('linkQq', { token, body: { code: await server.codeFor('qq', 'mei') } });
  await server.call('sendSmsCode', { body: { phone } });
  await server.call('verifyPhone', { token, body: { phone, code: await server.smsCodeTo(phone) } });
  const stranger = await registerUser(server, 'Larry');
  const proof = { username: 'Mei', password };
  const merge_ticket = await ticketFor(server, stranger.token, proof);
  clock.time += 60;
  await server.call('sendSmsCode', { body: { phone } });
  await ban(server, id);

  const code = () => server.codeFor('qq', 'mei');
  expect(await server.call('loginByUsername', { body: proof })).toMatchObject(banned);
  expect(await server.call('loginBySmsCode', { body: { phone, code: await server.smsCodeTo(phone) } })).toMatchObject(banned);
  expect(await server.call('silentLoginQq', { body: { code: await code() } })).toMatchObject(banned);
  for (const operation of ['getMe', 'exportMe', 'requestClosure', 'cancelClosure', 'listSessions', 'createAccessToken'] as const) {
    expect(await server.call(operation, { token, ...(operation === 'createAccessToken' && { body: {} }) })).toMatchObject(banned);
  }
  expect(await server.call('updateAvatar', { token, body: pictureForm(await jpeg()) })).toMatchObject(banned);
  const refused = { status: 409, body: { code: 'merge_banned' } };
  for (const body of [proof, { platform: 'qq', code: await code() }]) {
    expect(await server.call('createMergeTicket', { token: stranger.token, body })).toMatchObject(refused);
  }
  for (const operation of ['previewMerge', 'mergeAccounts'] as const) {
    expect(await server.call(operation, { token: stranger.token, body: { merge_ticket } })).toMatchObject(refused);
  }
});

it('a ban takes the place of an earlier one, ends by itself, and can still be lifted then', async () => {
  const clock = { time: 1_800_000_000 };
  const server = await startServer({ now: () => clock.time });
  const { token, user_info } = await server.login('wechat', 'mei');
  await ban(server, user_info.id);
  await ban(server, user_info.id, clock.time + 60);
  expect(await server.call('getMe', { token })).toMatchObject(banned);
  clock.time += 60;
  expect((await server.call('getMe', { token })).status).toBe(200);
  const user = await readUser(server, user_info.id);
  await inTransaction(server.tenant, (tx) => unbanUser(tx, user));
  expect(await readUser(server, user_info.id)).toMatchObject({ state: 'active', banned_until: null, banned_reason: null });
});
