import { describe, expect, it } from 'vitest';
import { password } from '../../support/accounts.ts';
import { auditOf } from '../../support/audit.ts';
import { mergeWith, ticketFor } from '../../support/merging.ts';
import { download, jpeg, upload, uploaded } from '../../support/pictures.ts';
import { push } from '../../support/pushes.ts';
import { type ServerOptions, startServer, type TestServer } from '../../support/server.ts';

const calls = ['/wxa/msg_sec_check', '/wxa/media_check_async'];
const improper = '特3456书yuuo莞6543李zxcz蒜7782法fgnv级';

/** A server with settings of the check, larry on WeChat, a clock to turn, and the calls to WeChat, which may fail. */
async function startChecked(settings: object = {}, options: ServerOptions = {}) {
  const clock = { time: 1_800_000_000 };
  const asked: string[] = [];
  const wechat: { fails?: () => Promise<Response> } = {};
  const server = await startServer({
    now: () => clock.time,
    configure: (app) => ({ ...app, ...settings }),
    fetch: (input, init) => {
      const path = new URL(String(input)).pathname.replace('/sandbox/wechat', '');
      if (!calls.includes(path)) return fetch(input, init);
      asked.push(path);
      return wechat.fails?.() ?? fetch(input, init);
    },
    ...options,
  });
  const { token, user_info } = await server.login('wechat', 'larry');
  return { clock, asked, wechat, server, token, id: user_info.id };
}
const name = (server: TestServer, token: string, nickname: string) =>
  server.call('updateUser', { token, body: { nickname, city: 'Xi’an' } });
const recordOf = async (server: TestServer, token: string) => (await server.call('getMe', { token })).body;
const answering = (body: object) => async () => new Response(JSON.stringify(body));

describe('a nickname in a session of WeChat', () => {
  it('that WeChat refuses is a 400, and nothing is changed', async () => {
    const { server, token } = await startChecked();
    expect((await name(server, token, '拉里')).status).toBe(200);
    expect(await name(server, token, improper)).toMatchObject({ status: 400, body: { code: 'content_refused' } });
    expect(await recordOf(server, token)).toMatchObject({ nickname: '拉里', city: 'Xi’an' });
    await server.call('updateUser', { token, body: { city: '' } });
    expect(await name(server, token, `x${improper}`)).toMatchObject({ status: 400 });
    expect((await recordOf(server, token)).city).toBe('');
  });

  it('is refused in the older profile, too', async () => {
    const { server, token } = await startChecked();
    const update = (nickName: string) =>
      server.call('updateProfileWechatV25', { token, body: { nickName, update_userprofile: 'overwrite' } });
    expect(await update('违规')).toMatchObject({ status: 400, body: { code: 'content_refused' } });
    expect((await update('拉里')).body.nickname).toBe('拉里');
  });

  it('that a person should review is taken, unless the app refuses it', async () => {
    const lenient = await startChecked();
    expect((await name(lenient.server, lenient.token, '疑似')).status).toBe(200);
    const strict = await startChecked({ content_check_refuses: ['risky', 'review'] });
    expect((await name(strict.server, strict.token, '疑似')).body.code).toBe('content_refused');
  });

  it('by the first version’s code is refused, too', async () => {
    const { server, token, wechat } = await startChecked();
    wechat.fails = answering({ errcode: 87014, errmsg: 'risky content' });
    expect((await name(server, token, 'Mei')).body.code).toBe('content_refused');
  });

  it('is checked once it changes: not as it is, not an empty one, and nothing else of the record', async () => {
    const { asked, server, token } = await startChecked();
    await name(server, token, '拉里');
    expect(asked).toEqual(['/wxa/msg_sec_check']);
    await name(server, token, '拉里');
    await name(server, token, '');
    await server.call('updateUser', { token, body: { points: 1 } });
    expect(asked).toHaveLength(1);
  });

  it('is checked by no one if the app checks nothing', async () => {
    const { asked, server, token } = await startChecked({ content_check: 'off' });
    expect((await name(server, token, '违规')).status).toBe(200);
    expect(asked).toEqual([]);
  });

  it.each<[string, object, number, number]>([
    ['is busy', { errcode: -1, errmsg: 'system error' }, 5, 503],
    ['limits the app', { errcode: 44991, errmsg: 'reach max api minute quota limit' }, 60, 503],
    ['denies the app the call', { errcode: 48001, errmsg: 'api unauthorized' }, 60, 503],
    ['answers something else', { errcode: 0 }, 60, 503],
  ])('is a 503 while WeChat %s, or is taken if the app says so', async (_case, answer, wait, status) => {
    const { server, token, wechat } = await startChecked();
    wechat.fails = answering(answer);
    const refused = await name(server, token, '拉里');
    expect([refused.status, refused.body.code, refused.headers.get('Retry-After')]).toEqual([status, 'content_unchecked', String(wait)]);
    expect((await recordOf(server, token)).nickname).toBe('');
    const open = await startChecked({ content_check_fail_open: true });
    open.wechat.fails = answering(answer);
    expect((await name(open.server, open.token, '拉里')).body.nickname).toBe('拉里');
    expect(open.server.logLines().map(({ msg }) => msg)).toContain('content not checked; taken, because content_check_fail_open is set');
  });

  it('needs a login of the last two hours, as WeChat does, unless the app takes what cannot be checked', async () => {
    const { clock, server, token } = await startChecked();
    clock.time += 7201;
    expect(await name(server, token, '拉里')).toMatchObject({ status: 401, body: { code: 'login_not_fresh' } });
    const again = await server.login('wechat', 'larry');
    expect((await name(server, again.token, '拉里')).status).toBe(200);
    const open = await startChecked({ content_check_fail_open: true });
    open.clock.time += 7201;
    expect((await name(open.server, open.token, '拉里')).status).toBe(200);
  });
});

describe('a nickname in another session', () => {
  it.each(['qq', 'username'])('(%s) is not checked, because WeChat has not seen the person', async (way) => {
    const { asked, server } = await startChecked();
    const session =
      way === 'qq'
        ? await server.login('qq', 'mei')
        : (await server.call('registerByUsername', { body: { username: 'Mei', password } })).body;
    expect((await name(server, session.token, '违规')).status).toBe(200);
    expect(asked).toEqual([]);
  });

  it('of WeChat, but of another mini-program of the pool, needs a login in this one', async () => {
    const { server, token } = await startChecked();
    await server.store.updateTable('identities').set({ platform_app_id: 'wx-sibling' }).execute();
    expect(await name(server, token, '拉里')).toMatchObject({ status: 401, body: { code: 'login_not_fresh' } });
  });
});

describe('a picture in a session of WeChat', () => {
  const verdict = (server: TestServer, given: string, more: object = {}) =>
    push(server, 'wechat', { person: 'larry', event: 'picture', verdict: given, ...more });
  const isServed = async (server: TestServer, address: string) => {
    await server.services.background.settled();
    return (await download(address)).status === 200;
  };

  it.each([
    { encrypted: true, format: 'xml' },
    { encrypted: true, format: 'json' },
  ])('is deleted if WeChat refuses it later (%j), with an audit entry', async (how) => {
    const { server, token, id } = await startChecked();
    const address = await uploaded(server, token, await jpeg());
    expect(await isServed(server, address)).toBe(true);
    expect(await verdict(server, 'risky', how)).toMatchObject({ status: 200, body: 'success' });
    expect([(await recordOf(server, token)).avatar, await isServed(server, address)]).toEqual(['', false]);
    expect((await auditOf(server)).filter(({ event }) => event === 'avatar_refused')).toMatchObject([{ user_id: id, method: 'wechat' }]);
    expect(await server.store.selectFrom('picture_checks').selectAll().execute()).toEqual([]);
  });

  it.each([
    ['pass', {}, true],
    ['review', {}, true],
    ['review', { content_check_refuses: ['review'] }, false],
    ['risky', { content_check_refuses: [] }, true],
    ['failed', {}, false],
    ['failed', { content_check_fail_open: true }, true],
  ])('on the verdict %s of an app with %j: stays %s', async (given, settings, stays) => {
    const { server, token } = await startChecked(settings);
    const address = await uploaded(server, token, await jpeg());
    expect((await verdict(server, given)).status).toBe(200);
    expect([(await recordOf(server, token)).avatar === address, await isServed(server, address)]).toEqual([stays, stays]);
  });

  it('that was replaced meanwhile is no one’s any more, and the new one stays', async () => {
    const { server, token } = await startChecked();
    await server.call('linkQq', { token, body: { code: await server.codeFor('qq', 'larry') } });
    await uploaded(server, token, await jpeg());
    const address = await uploaded(server, (await server.login('qq', 'larry')).token, await jpeg(32, 32));
    expect((await verdict(server, 'risky')).status).toBe(200);
    expect([(await recordOf(server, token)).avatar, await isServed(server, address)]).toEqual([address, true]);
  });

  it('of an account that was merged meanwhile goes from the user who took it in', async () => {
    const { server, token } = await startChecked();
    const address = await uploaded(server, token, await jpeg());
    const { body: mine } = await server.call('registerByUsername', { body: { username: 'Mei', password } });
    const ticket = await ticketFor(server, mine.token, { platform: 'wechat', code: await server.codeFor('wechat', 'larry') });
    expect((await mergeWith(server, mine.token, ticket)).body.avatar).toBe(address);
    await verdict(server, 'risky');
    expect([(await recordOf(server, mine.token)).avatar, await isServed(server, address)]).toEqual(['', false]);
  });

  it('by its address is checked, too', async () => {
    const { asked, server, token } = await startChecked();
    const avatar = 'https://img.example.com/larry.png';
    await server.call('updateUser', { token, body: { avatar } });
    await server.call('updateUser', { token, body: { avatar, city: 'Huizhou' } });
    expect(asked).toEqual(['/wxa/media_check_async']);
    await verdict(server, 'risky');
    expect(await recordOf(server, token)).toMatchObject({ avatar: '', city: 'Huizhou' });
  });

  it('of another user, whose address someone typed, stays', async () => {
    const { server, token } = await startChecked();
    const mei = await server.login('wechat', 'mei');
    const address = await uploaded(server, mei.token, await jpeg());
    for (const avatar of [address, `https://evil.example.com/${address.split('/').at(-1)}`]) {
      await server.call('updateUser', { token, body: { avatar } });
      await verdict(server, 'risky');
      expect([(await recordOf(server, token)).avatar, await isServed(server, address)]).toEqual(['', true]);
    }
    expect((await recordOf(server, mei.token)).avatar).toBe(address);
  });

  it('in an environment is deleted there', async () => {
    const { server } = await startChecked();
    const headers = { 'X-Hydrogen-Env-ID': 'staging' };
    const { body } = await server.call('silentLoginWechat', { headers, body: { code: await server.codeFor('wechat', 'larry') } });
    await server.call('updateUser', { token: body.token, headers, body: { avatar: 'https://img.example.com/larry.png' } });
    await verdict(server, 'risky');
    expect((await server.call('getMe', { token: body.token, headers })).body.avatar).toBe('');
  });

  it('that cannot be checked is a 503, and the former one stays', async () => {
    const { server, token, wechat } = await startChecked();
    const address = await uploaded(server, token, await jpeg());
    wechat.fails = () => Promise.reject(new TypeError('fetch failed'));
    expect(await upload(server, token, await jpeg(32, 32))).toMatchObject({ status: 503, body: { code: 'content_unchecked' } });
    expect([(await recordOf(server, token)).avatar, await isServed(server, address)]).toEqual([address, true]);
  });

  it('a refusal of one that is not recorded yet is to be delivered again; other verdicts on such are not', async () => {
    const { server } = await startChecked();
    expect((await verdict(server, 'risky')).status).toBe(503);
    expect((await verdict(server, 'pass')).status).toBe(200);
  });
});
