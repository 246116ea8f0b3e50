// @module-tag fault
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { wechatPushes } from '../../../server/platforms/wechatPushes.ts';
import { pushSettings } from '../../../server/sandbox/wechatPush.ts';
import { withSettings } from '../../support/platforms.ts';
import { deliver, push } from '../../support/pushes.ts';
import { startServer } from '../../support/server.ts';

const start = 1_800_000_000;
const plainly = withSettings('wechat', { push_aes_key: undefined });

/** A server that knows larry, with a nickname, and a clock to turn. */
async function startWithLarry(options: { plain?: boolean } = {}) {
  const clock = { time: start };
  const server = await startServer({ now: () => clock.time, ...(options.plain && { configure: plainly }) });
  const { token, user_info } = await server.login('wechat', 'larry');
  const setName = (nickname: string) => server.call('updateUser', { token, body: { nickname } });
  await setName('拉里');
  const nickname = async () => (await server.call('getUser', { token, userId: user_info.id })).body.nickname;
  return { clock, server, setName, nickname };
}
const change = { person: 'larry', data: 'nickname' };
const refused = { status: 400, body: expect.stringContaining('signature_invalid') };

describe('forged pushes', () => {
  it.each(['bad_signature', 'wrong_appid'])('one with %s: refused, and nothing is deleted', async (tamper) => {
    const { server, nickname } = await startWithLarry();
    expect(await push(server, 'wechat', { ...change, tamper })).toMatchObject(refused);
    expect(await push(server, 'kuaishou', { ...change, tamper })).toMatchObject(refused);
    expect(await push(server, 'bytedance', { ...change, tamper })).toMatchObject(refused);
    expect(await nickname()).toBe('拉里');
  });

  it('one in plain text to an app with a key: refused, because its signature covers no content', async () => {
    const { server, nickname } = await startWithLarry();
    expect(await push(server, 'wechat', { ...change, encrypted: false })).toMatchObject(refused);
    expect(await nickname()).toBe('拉里');
  });

  it.each([true, false])('one that is repeated or replayed (encrypted: %s): answered, and applied once', async (encrypted) => {
    const { server, setName, nickname } = await startWithLarry({ plain: !encrypted });
    const { sent } = await push(server, 'wechat', { ...change, encrypted });
    expect(await nickname()).toBe('');
    await setName('Larry');
    expect(await Promise.all([1, 2, 3].map(() => deliver(server, 'wechat', sent)))).toEqual(
      Array(3).fill({ status: 200, body: 'success' }),
    );
    expect(await nickname()).toBe('Larry');
  });

  it('one whose signature is old or ahead: refused', async () => {
    const { clock, server, nickname } = await startWithLarry();
    const { sent } = await push(server, 'wechat', { ...change, person: 'mei' });
    clock.time = start + 601;
    expect(await deliver(server, 'wechat', sent)).toMatchObject(refused);
    clock.time = start - 301;
    expect(await deliver(server, 'wechat', sent)).toMatchObject(refused);
    clock.time = start;
    expect(await nickname()).toBe('拉里');
  });

  it('another content under a plain push’s signature: refused', async () => {
    const { server, nickname } = await startWithLarry({ plain: true });
    const about = (person: string) => ({ ...change, person, encrypted: false });
    const [mei, larry] = [
      await push(server, 'wechat', about('mei')),
      await push(server, 'wechat', { ...about('larry'), tamper: 'bad_signature' }),
    ];
    expect(await deliver(server, 'wechat', { ...mei.sent, body: larry.sent.body })).toMatchObject(refused);
    expect(await nickname()).toBe('拉里');
  });

  it('an encrypted one of another app under our token and key: refused', async () => {
    const { server } = await startWithLarry();
    const { sent } = await push(server, 'wechat', { ...change, app_id: 'sandbox-wechat-2' });
    expect(await deliver(server, 'wechat', sent)).toMatchObject(refused);
  });

  it.each([
    ['nothing', '', 400],
    ['half of XML', '<xml>', 400],
    ['half of JSON', '{', 400],
    ['a list', '[]', 400],
    ['an event without a time', '<xml><Event>user_authorization_revoke</Event></xml>', 400],
    ['entities that expand', '<!DOCTYPE xml [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><xml><Event>&b;</Event></xml>', 400],
    ['an entity that is a file', '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><OpenID>&x;</OpenID></xml>', 400],
    ['ten thousand nested elements', `<xml>${'<a>'.repeat(10_000)}</xml>`, 400],
    ['more than 64 KiB', `<xml><OpenID>${'x'.repeat(70_000)}</OpenID></xml>`, 413],
  ])('%s in a signed push: refused', async (_case, body, status) => {
    const { server } = await startWithLarry({ plain: true });
    const { sent } = await push(server, 'wechat', { ...change, encrypted: false });
    const [timestamp, nonce] = [String(start), 'another'];
    const signature = createHash('sha1').update([pushSettings.push_token, timestamp, nonce].sort().join('')).digest('hex');
    expect((await deliver(server, 'wechat', { ...sent, query: { timestamp, nonce, signature }, body })).status).toBe(status);
  });

  it.each([
    ['wechat', 'another-app'],
    ['qq', 'sandbox-qq'],
    ['nowhere', 'sandbox-wechat'],
  ])('one to /v1/pushes/%s/%s, which no one set up: 404', async (platform, appId) => {
    const { server } = await startWithLarry();
    const { sent } = await push(server, 'wechat', change);
    expect((await deliver(server, platform, sent, appId)).status).toBe(404);
  });

  it('a check of the address: its text comes back as text if the signature is right', async () => {
    const { server } = await startWithLarry();
    const ask = (query: Record<string, string>) => fetch(`${server.origin}/v1/pushes/wechat/sandbox-wechat?${new URLSearchParams(query)}`);
    const signature = createHash('sha1').update([pushSettings.push_token, '1', '2'].sort().join('')).digest('hex');
    const right = await ask({ signature, timestamp: '1', nonce: '2', echostr: '<b>7308</b>' });
    expect([right.status, right.headers.get('Content-Type'), await right.text()]).toEqual([
      200,
      'text/plain; charset=utf-8',
      '<b>7308</b>',
    ]);
    expect((await ask({ signature, timestamp: '1', nonce: '3', echostr: '7308' })).status).toBe(400);
    expect((await fetch(`${server.origin}/v1/pushes/kuaishou/sandbox-kuaishou`)).status).toBe(405);
  });

  it('WeChat’s own example of an encrypted message opens', () => {
    const receiver = wechatPushes({
      app_id: 'wx2c2769f8efd9abc2',
      push_token: 'spamtest',
      push_aes_key: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    });
    const encrypted =
      'hyzAe4OzmOMbd6TvGdIOO6uBmdJoD0Fk53REIHvxYtJlE2B655HuD0m8KUePWB3+LrPXo87wzQ1QLvbeUgmBM4x6F8PGHQHFVAFmOD2LdJF9FrXpbUAh0B5GIItb52sn896wVsMSHGuPE328HnRGBcrS7C41IzDWyWNlZkyyXwon8T332jisa+h6tEDYsVticbSnyU8dKOIbgU6ux5VTjg3yt+WGzjlpKn6NPhRjpA912xMezR4kw6KWwMrCVKSVCZciVGCgavjIQ6X8tCOp3yZbGpy0VxpAe+77TszTfRd5RJSVO/HTnifJpXgCSUdUue1v6h0EIBYYI1BD1DlD+C0CR8e6OewpusjZ4uBl9FyJvnhvQl+q5rv1ixrcpCumEPo5MJSgM9ehVsNPfUM669WuMyVWQLCzpu9GhglF2PE=';
    const query = new URLSearchParams({
      timestamp: '1409735669',
      nonce: '1320562132',
      msg_signature: '5d197aaffba7e9b25a30732f161a50dee96bd5fa',
    });
    const body = Buffer.from(`<xml><ToUserName><![CDATA[gh_10f6c3c3ac5a]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`);
    // A message that a person sent to the app: no event.
    expect(receiver.open({ query, headers: {}, body, now: 1409735669 })).toMatchObject({
      event: { kind: 'other' },
      sentAt: 1409735669,
      answer: { body: 'success' },
    });
    query.set('nonce', '1320562133');
    expect(() => receiver.open({ query, headers: {}, body, now: 1409735669 })).toThrow(/not a push of the platform/);
  });
});
