import { describe, expect, it } from 'vitest';
import { sendPublished } from '../support/publishedRequest.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { addUser } from '../support/users.ts';

/** Sends a request of the SDK's build for Alipay, whose source docs/platforms.md, 6 names. */
const send = (server: TestServer, method: 'POST' | 'PUT', path: string, data: object, token?: string) =>
  sendPublished(server, 'ALIPAY', { path, data, method, token });

describe("the published SDK's build for Alipay", () => {
  it('logs in silently and with the profile, and reads the ids that it stores', async () => {
    const server = await startServer();
    const silent = { code: await server.codeFor('alipay', 'larry'), create_user: true };
    const first = await send(server, 'POST', 'v2.5/idp/alipay/silent-login/', silent);
    expect(first).toMatchObject({ status: 201, data: { token: expect.any(String), expires_in: 2_592_000 } });
    expect(first.data.user_info._provider.alipay.user_id).toMatch(/^2088/);
    const forced = { code: await server.codeFor('alipay', 'larry'), create_user: true, update_userprofile: 'setnx' };
    const granted = await send(server, 'POST', 'v2.5/idp/alipay/authenticate/', forced);
    expect(granted.data.user_info).toMatchObject({ id: first.data.user_info.id, nickname: 'Larry。', is_authorized: true });
  });

  it('gets a 404 for a stranger who may have no account', async () => {
    const server = await startServer();
    const body = { code: await server.codeFor('alipay', 'larry'), create_user: false };
    expect((await send(server, 'POST', 'v2.5/idp/alipay/silent-login/', body)).status).toBe(404);
  });

  it.each([
    ['with the profile', { authorized: true, update_userprofile: 'overwrite' }, true],
    ['without', { authorized: false }, false],
    ['without, after a refusal', {}, false],
  ])('links by a POST that becomes a PUT, %s', async (_case, fields, isAuthorized) => {
    const server = await startServer();
    const { id, token } = await addUser(server);
    const body = { code: await server.codeFor('alipay', 'larry'), ...fields };
    const linked = await send(server, 'PUT', 'v2.0/idp/alipay/user-associate/', body, token);
    expect(linked).toMatchObject({ status: 200, data: { status: 'ok', user_id: id, alipay_user_id: expect.stringMatching(/^2088/) } });
    expect((await server.login('alipay', 'larry')).user_info).toMatchObject({ id, is_authorized: isAuthorized });
  });
});
