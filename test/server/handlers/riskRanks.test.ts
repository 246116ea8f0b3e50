import { describe, expect, it } from 'vitest';
import { countRows } from '../../support/rows.ts';
import { type ServerOptions, startServer } from '../../support/server.ts';

const startRated = (risk: object = { wechat: { deny_at: 4 } }, options: ServerOptions = {}) =>
  startServer({ configure: (app) => ({ ...app, risk }), ...options });
/** WeChat that answers a question for a rank with this. */
const ranking = (reply: string | object): ServerOptions => ({
  fetch: (input, init) =>
    String(input).includes('getuserriskrank')
      ? Promise.resolve(new Response(typeof reply === 'string' ? reply : JSON.stringify(reply)))
      : fetch(input, init),
});
const logIn = async (server: Awaited<ReturnType<typeof startRated>>, person: string) =>
  server.call('silentLoginWechat', { body: { code: await server.codeFor('wechat', person) } });

describe("WeChat's risk rank of a new person", () => {
  it('of deny_at or more: 403 person_blocked, and no user', async () => {
    const server = await startRated();
    expect(await logIn(server, 'rascal')).toMatchObject({ status: 403, body: { code: 'person_blocked' } });
    expect((await countRows(server)).users).toBe(0);
    expect((await logIn(server, 'rogue')).status).toBe(201);
    expect((await logIn(server, 'larry')).status).toBe(201);
  });

  it('can be denied earlier', async () => {
    const server = await startRated({ wechat: { deny_at: 3 } });
    expect((await logIn(server, 'rogue')).body.code).toBe('person_blocked');
  });

  it('is asked for registrations alone, with address and number', async () => {
    const asked: unknown[] = [];
    const server = await startRated(undefined, {
      fetch: (input, init) => {
        if (String(input).includes('getuserriskrank')) asked.push(JSON.parse(String(init?.body)));
        return fetch(input, init);
      },
    });
    for (let n = 0; n < 2; n++) await logIn(server, 'larry');
    const code = await server.codeFor('wechat', 'mei');
    const { code: phone_code, ...sealed } = await server.granted('phone', 'wechat', 'mei');
    await server.call('phoneLoginWechat', { body: { code, ...sealed, phone_code } });
    await server.login('qq', 'ada');
    expect(asked).toEqual([
      { appid: 'sandbox-wechat', openid: expect.any(String), scene: 0, client_ip: '127.0.0.1' },
      { appid: 'sandbox-wechat', openid: expect.any(String), scene: 0, client_ip: '127.0.0.1', mobile_no: '13900139000' },
    ]);
  });

  it('is not asked unless the app says so', async () => {
    const server = await startServer();
    expect((await logIn(server, 'rascal')).status).toBe(201);
  });

  it.each([
    ['HTML', '<html>'],
    ['a rank as text that is none', { errcode: 0, risk_rank: 'high' }],
    ['a rank out of range', { errcode: 0, risk_rank: 7 }],
    ['61010', { errcode: 61010, errmsg: 'code is expired' }],
    ['48001', { errcode: 48001, errmsg: 'api unauthorized' }],
  ])('%s instead: let in, or refused if fail_open is false', { tags: 'fault' }, async (_what, reply) => {
    expect((await logIn(await startRated({ wechat: { deny_at: 1 } }, ranking(reply)), 'rascal')).status).toBe(201);
    const strict = await startRated({ wechat: { deny_at: 1, fail_open: false } }, ranking(reply));
    expect((await logIn(strict, 'rascal')).status).toBeGreaterThanOrEqual(500);
  });

  it('as text is a number, too', async () => {
    expect((await logIn(await startRated(undefined, ranking({ errcode: '0', risk_rank: '4' })), 'larry')).body.code).toBe('person_blocked');
  });
});
