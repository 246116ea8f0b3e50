import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { deliver, push } from '../../support/pushes.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const secret = 'sandbox-secret-of-bytedance';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});

const signed = (content: object | string, messageId = 'm1') => {
  const body = typeof content === 'string' ? content : JSON.stringify(content);
  const signature = createHash('sha1').update(`${secret}${body}`).digest('hex');
  return { query: {}, headers: { 'Content-Type': 'application/json', 'Msg-Id': messageId, 'X-Douyin-Signature': signature }, body };
};

/** Logs larry in with the profile, and returns how to read and set the nickname. */
async function startWithLarry(app_name = 'douyin') {
  const code = await server.codeFor('bytedance', 'larry');
  const { userInfo, ...grant } = await server.granted('profile', 'bytedance', 'larry');
  const { body } = await server.call('authorizedLoginBytedance', { body: { code, app_name, ...grant } });
  const { token, user_id: userId, openid } = body;
  return {
    openid,
    record: async () => (await server.call('getUser', { token, userId })).body,
    setName: (nickname: string) => server.call('updateUser', { token, body: { nickname } }),
  };
}

describe("ByteDance's webhook", () => {
  it.each([12345, 'abc'])('gets its challenge %j back', async (challenge) => {
    const reply = await deliver(server, 'bytedance', signed({ event: 'verify_webhook', client_key: '', content: { challenge } }));
    expect([reply.status, JSON.parse(reply.body)]).toEqual([200, { challenge }]);
  });

  it.each([
    ['an object', { scopes: ['user_info'] }],
    ['text', JSON.stringify({ scopes: ['user_info', 'mobile'] })],
    ['absent', undefined],
  ])('withdraws the profile in any host app if its content is %s', async (_case, content) => {
    const { openid, record } = await startWithLarry('toutiao');
    expect((await record()).nickname).toBe('Larry。');
    const event = { event: 'unauthorize', client_key: 'sandbox-bytedance', from_user_id: openid, content };
    expect((await deliver(server, 'bytedance', signed(event))).status).toBe(200);
    expect(await record()).toMatchObject({ nickname: '', is_authorized: false });
  });

  it('withdraws nothing for other scopes and events', async () => {
    const { openid, record } = await startWithLarry();
    for (const event of [
      { event: 'unauthorize', from_user_id: openid, content: { scopes: ['video.list'] } },
      { event: 'authorize', from_user_id: openid, content: { scopes: ['user_info'] } },
      { event: 'im_receive_msg', from_user_id: openid, content: '' },
      { event: 'unauthorize', content: null },
    ]) {
      expect((await deliver(server, 'bytedance', signed(event))).status).toBe(200);
    }
    expect((await record()).nickname).toBe('Larry。');
  });

  it('is applied once for a Msg-Id', async () => {
    const { record, setName } = await startWithLarry();
    const { sent } = await push(server, 'bytedance', { person: 'larry', data: 'profile' });
    await setName('拉里');
    expect((await deliver(server, 'bytedance', sent)).status).toBe(200);
    expect((await record()).nickname).toBe('拉里');
  });
});

describe("forged pushes to ByteDance's webhook", { tags: 'fault' }, () => {
  it.each([
    ['no signature', { 'X-Douyin-Signature': '' }],
    ['a signature of another body', { 'X-Douyin-Signature': createHash('sha1').update(`${secret}{}`).digest('hex') }],
  ])('with %s: refused, and nothing is deleted', async (_case, headers) => {
    const { openid, record } = await startWithLarry();
    const forged = signed({ event: 'unauthorize', from_user_id: openid });
    const reply = await deliver(server, 'bytedance', { ...forged, headers: { ...forged.headers, ...headers } });
    expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('signature_invalid') });
    expect((await record()).nickname).toBe('Larry。');
  });

  it.each([
    ['nothing', ''],
    ['half of JSON', '{'],
    ['a list', '[]'],
    ['an event of a wrong type', '{"event":1}'],
  ])('with %s as the body: a 400', async (_case, body) => {
    expect((await deliver(server, 'bytedance', signed(body))).status).toBe(400);
  });

  it('for another app: refused', async () => {
    const reply = await deliver(server, 'bytedance', signed({ event: 'unauthorize', client_key: 'another' }));
    expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('signature_invalid') });
  });
});
