import { describe, expect, it } from 'vitest';
import { sendPublished } from '../support/publishedRequest.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { addUser } from '../support/users.ts';

/** Sends a request of the SDK's build for ByteDance, whose source docs/platforms.md, 7 names. */
const post = (server: TestServer, path: string, data: object, token?: string) =>
  sendPublished(server, 'BYTEDANCE', { path, data: { app_name: 'toutiao', ...data }, token });

/** The code, then the profile, in the fields that the SDK passes on. */
async function profileOf(server: TestServer) {
  const code = await server.codeFor('bytedance', 'larry');
  const { rawData, signature, encryptedData, iv } = await server.granted('profile', 'bytedance', 'larry');
  return { code, rawData, signature, encryptedData, iv, update_userprofile: 'setnx' };
}

describe("the published SDK's build for ByteDance", () => {
  it('logs in silently and with the profile, and reads the ids that it stores', async () => {
    const server = await startServer();
    const silent = { code: await server.codeFor('bytedance', 'larry'), create_user: true };
    const first = await post(server, 'v2.5/idp/bytedance/silent-login/', silent);
    expect(first).toMatchObject({
      status: 201,
      data: { token: expect.any(String), expires_in: 2_592_000, openid: expect.stringMatching(/./) },
    });
    const granted = await post(server, 'v2.5/idp/bytedance/authenticate/', { create_user: true, ...(await profileOf(server)) });
    const { user_id, openid } = first.data;
    expect(granted).toMatchObject({ status: 201, data: { user_id, openid, user_info: { nickname: 'Larry。', is_authorized: true } } });
  });

  it('gets a 404 for a stranger who may have no account', async () => {
    const server = await startServer();
    const body = { code: await server.codeFor('bytedance', 'larry'), create_user: false };
    expect((await post(server, 'v2.5/idp/bytedance/silent-login/', body)).status).toBe(404);
  });

  it.each([true, false])('links, with the profile: %s', async (withProfile) => {
    const server = await startServer();
    const { id, token } = await addUser(server);
    const body = withProfile ? await profileOf(server) : { code: await server.codeFor('bytedance', 'larry') };
    const linked = await post(server, 'v2.4/idp/bytedance/user-association/', body, token);
    expect(linked).toMatchObject({ status: 200, data: { status: 'ok', user_id: id, openid: expect.stringMatching(/./) } });
    expect((await server.login('bytedance', 'larry')).user_info).toMatchObject({ id, is_authorized: withProfile });
  });
});
