import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createVault } from '../../../server/crypto/vault.ts';
import { sandboxApp } from '../../../server/sandbox/sandbox.ts';
import { sandboxComponent } from '../../../server/sandbox/wechatPush.ts';
import { admin, adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { altering, counting } from '../../support/platformReplies.ts';
import { deliver, push, pushTicket, type SentPush } from '../../support/pushes.ts';
import { secretKey } from '../../support/secrets.ts';
import { type ServerOptions, startServer, type TestServer } from '../../support/server.ts';

type App = ReturnType<typeof sandboxApp>;
const start = 1_800_000_000;
const { authorizer_refresh_token: _token, ...withoutToken } = sandboxComponent;
const tokenPath = '/cgi-bin/component/api_component_token';
const exchangePath = '/sns/component/jscode2session';

/** The sandbox's app, authorised to a third-party platform instead of having a secret. */
const authorised =
  (component: object = sandboxComponent, change: object = {}) =>
  ({ platforms: { wechat, ...platforms }, ...app }: App) => {
    const { app_secret: _secret, push_token: _token, push_aes_key: _key, ...rest } = wechat as Record<string, unknown>;
    const calls = 'authorizer_refresh_token' in component ? {} : { content_check: 'off' };
    return { ...app, ...calls, platforms: { ...platforms, wechat: { ...rest, component, ...change } } };
  };

async function startAuthorised(options: Omit<ServerOptions, 'configure' | 'now'> = {}, component: object = sandboxComponent, change = {}) {
  const clock = { time: start };
  const server = await startServer({ configure: authorised(component, change), now: () => clock.time, ...options });
  return { clock, server };
}

const deliverTicket = async (server: TestServer, sent: SentPush) => (await deliver(server, 'wechat', sent, sandboxComponent.app_id)).status;

const logIn = async (server: TestServer) => server.call('silentLoginWechat', { body: { code: await server.codeFor('wechat', 'larry') } });

async function phoneLogin(server: TestServer) {
  const code = await server.codeFor('wechat', 'larry');
  const { code: phone_code, ...sealed } = await server.granted('phone', 'wechat', 'larry');
  return server.call('phoneLoginWechat', { body: { ...sealed, code, phone_code } });
}

const storedTicket = ({ store }: TestServer) =>
  store.selectFrom('platform_tokens').selectAll().where('kind', '=', 'ticket').executeTakeFirst();

const misconfigured = { status: 500, body: { code: 'app_misconfigured' } };
const logged = (server: TestServer) => JSON.stringify(server.logLines().filter(({ level }) => level === 'error' || level >= 50));

describe('an app that is authorised to a third-party platform', () => {
  it('logs people in, with one token of the third-party platform for all environments', async () => {
    const { fetch, sent } = counting();
    const { server } = await startAuthorised({ fetch });
    expect(await pushTicket(server)).toMatchObject({ status: 200, body: 'success' });
    const first = await logIn(server);
    expect(first.status).toBe(201);
    const code = await server.codeFor('wechat', 'larry');
    const staging = await server.call('silentLoginWechat', { body: { code }, headers: { 'X-Hydrogen-Env-ID': 'staging' } });
    expect(staging.status).toBe(201);
    expect(first.body.user_info.id).toEqual(expect.any(Number));
    expect((await logIn(server)).body.user_info.id).toBe(first.body.user_info.id);
    expect([sent(tokenPath), sent(exchangePath), sent('/sns/jscode2session')]).toEqual([1, 3, 0]);
  });

  it('exchanges phone codes in its own name', async () => {
    const { fetch, sent } = counting();
    const { server } = await startAuthorised({ fetch });
    await pushTicket(server);
    for (let login = 0; login < 2; login++) expect((await phoneLogin(server)).status).toBe(201);
    expect([sent(tokenPath), sent('/cgi-bin/component/api_authorizer_token'), sent('/cgi-bin/stable_token')]).toEqual([1, 1, 0]);
  });

  it('without a refresh token leaves phone codes alone, and opens the sealed number', async () => {
    const { fetch, sent } = counting();
    const { server } = await startAuthorised({ fetch }, withoutToken);
    await pushTicket(server);
    expect((await phoneLogin(server)).status).toBe(201);
    expect(sent('/wxa/business/getuserphonenumber')).toBe(0);
    const code = await server.codeFor('wechat', 'larry');
    const { code: phone_code } = await server.granted('phone', 'wechat', 'larry');
    expect(await server.call('phoneLoginWechat', { body: { code, phone_code } })).toMatchObject(misconfigured);
    expect(logged(server)).toContain('component.authorizer_refresh_token: the app has none');
  });

  it('hears of withdrawn consent in messages that the third-party platform receives', async () => {
    const { server } = await startAuthorised();
    await pushTicket(server);
    const { token, user_info } = (await logIn(server)).body;
    const nickname = async () => (await server.call('getUser', { token, userId: user_info.id })).body.nickname;
    await server.call('updateUser', { token, body: { nickname: '拉里' } });
    expect(await nickname()).toBe('拉里');
    expect(await push(server, 'wechat', { person: 'larry', data: 'nickname', component: true })).toMatchObject({
      status: 200,
      body: 'success',
    });
    expect(await nickname()).toBe('');
  });
});

describe('a third-party platform', { tags: 'fault' }, () => {
  it('without a ticket: app_misconfigured, and the log says that none has arrived', async () => {
    const { clock, server } = await startAuthorised();
    expect(await logIn(server)).toMatchObject(misconfigured);
    expect(logged(server)).toContain('no ticket of this third-party platform has arrived yet');
    await pushTicket(server);
    expect((await logIn(server)).status).toBe(201);
    // Neither the token nor the ticket serves any more.
    clock.time += 43_201;
    expect(await logIn(server)).toMatchObject(misconfigured);
    await pushTicket(server);
    expect((await logIn(server)).status).toBe(201);
  });

  it('whose token has ended: one new token, and the same code logs in', async () => {
    const { fetch, sent } = counting();
    const { clock, server } = await startAuthorised({ fetch });
    await pushTicket(server);
    await logIn(server);
    await server.store
      .updateTable('platform_tokens')
      .where('kind', '=', 'access token')
      .set({ renew_at: start + 100_000, lifetime: 100_000 })
      .execute();
    clock.time += 7200;
    expect((await logIn(server)).status).toBe(201);
    expect([sent(tokenPath), sent(exchangePath)]).toEqual([2, 3]);
  });

  it.each([
    ['that the app is not authorised to', { app_id: 'another-app' }, {}, 'authorisation to the third-party platform'],
    ['with a wrong secret', {}, { app_secret: 'mistyped-secret' }, 'component.app_secret: it differs'],
  ])('%s: app_misconfigured, and the log says so', async (_case, change, component, check) => {
    const { server } = await startAuthorised({}, { ...sandboxComponent, ...component }, change);
    await pushTicket(server);
    expect(await logIn(server)).toMatchObject(misconfigured);
    expect(logged(server)).toContain(check);
    expect(JSON.stringify(server.logLines())).not.toContain('mistyped-secret');
  });

  it('with a wrong refresh token: logins continue, calls in the app’s name are app_misconfigured', async () => {
    const { server } = await startAuthorised({}, { ...sandboxComponent, authorizer_refresh_token: 'mistyped-token' });
    await pushTicket(server);
    expect((await logIn(server)).status).toBe(201);
    expect(await phoneLogin(server)).toMatchObject(misconfigured);
    expect(logged(server)).toContain('component.authorizer_refresh_token: the platform refuses it');
  });

  it.each([
    ['no token', { component_access_token: undefined }, 502],
    ['a number as the token', { component_access_token: 5 }, 502],
    ['a lifetime as text', { expires_in: '7200' }, 201],
    ['an expired ticket', { errcode: 61005, errmsg: 'component ticket is expired' }, 500],
    ['an unknown ticket', { errcode: 61006, errmsg: 'component ticket is invalid' }, 500],
  ])('that answers with %j: declared', async (_case, reply, status) => {
    const { server } = await startAuthorised({ fetch: altering(tokenPath, (good) => ({ ...good, ...reply })) });
    await pushTicket(server);
    expect((await logIn(server)).status).toBe(status);
  });
});

describe('a pushed ticket', { tags: 'fault' }, () => {
  it.each(['bad_signature', 'wrong_appid', 'other_component'])('with %s: refused, and not kept', async (tamper) => {
    const { server } = await startAuthorised();
    const answer = await pushTicket(server, { tamper });
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('signature_invalid') });
    expect(await storedTicket(server)).toBeUndefined();
  });

  it('that is older than the kept one, or too old: the latest remains', async () => {
    const { clock, server } = await startAuthorised();
    const { sent } = await pushTicket(server);
    clock.time += 60;
    await pushTicket(server);
    const kept = await storedTicket(server);
    expect(await deliverTicket(server, sent)).toBe(200);
    expect(await storedTicket(server)).toEqual(kept);
    clock.time += 600;
    expect(await deliverTicket(server, sent)).toBe(400);
  });

  it('of a third-party platform that no app has: 404', async () => {
    const server = await startServer();
    expect((await pushTicket(server)).status).toBe(404);
  });

  it('is sealed, and other notices are answered and change nothing', async () => {
    const { server } = await startAuthorised();
    await pushTicket(server);
    const kept = await storedTicket(server);
    expect(kept).toMatchObject({ tenant_id: '', platform: 'wechat', platform_app_id: sandboxComponent.app_id });
    expect(JSON.stringify(kept)).not.toContain('ticket@@@');
    expect(await pushTicket(server, { event: 'unauthorized' })).toMatchObject({ status: 200, body: 'success' });
    expect(await storedTicket(server)).toEqual(kept);
  });
});

describe('the operators’ commands', () => {
  async function authorisedFile(origin: string, component: object = sandboxComponent) {
    const app = authorised(component)(sandboxApp(`${origin}/sandbox`));
    const { wechat } = app.platforms;
    const path = `${createFolder()}/apps.json`;
    writeFileSync(path, JSON.stringify({ apps: [{ ...app, platforms: { wechat } }] }));
    return { APPS_FILE: path };
  }

  it('check-apps uses the servers’ ticket, and says if there is none', async () => {
    const DATABASE_URL = await createDatabase();
    const { origin } = await startServer({ configure: authorised(), database: DATABASE_URL });
    const env = { DATABASE_URL, ...(await authorisedFile(origin)) };
    const none = await admin(['check-apps', '--json'], env);
    expect([none.code, JSON.parse(none.output)]).toMatchObject([
      1,
      [{ result: 'refused', answer: { check: expect.stringContaining('no ticket') } }],
    ]);
    await pushTicket({ origin });
    expect(await adminJson(['check-apps'], env)).toMatchObject([{ platform: 'wechat', result: 'accepted' }]);
  });

  it('list-apps shows the third-party platform without its secrets', async () => {
    const { origin } = await startServer();
    const { output } = await admin(['list-apps', '--json'], await authorisedFile(origin));
    expect(JSON.parse(output)[0].platforms.wechat.component).toEqual({ app_id: sandboxComponent.app_id });
    for (const [name, secret] of Object.entries(sandboxComponent)) if (name !== 'app_id') expect(output).not.toContain(secret);
  });

  it('rotate-secret-key reseals the ticket', async () => {
    const DATABASE_URL = await createDatabase();
    const server = await startServer({ configure: authorised(), database: DATABASE_URL });
    await pushTicket(server);
    const newKey = 'the secret key from tomorrow on, 32';
    const env = { DATABASE_URL, SECRET_KEY: newKey, SECRET_KEY_FALLBACK: secretKey };
    expect((await adminJson(['rotate-secret-key'], env)).platform_tokens).toEqual({ resealed: 1, current: 0, unreadable: 0 });
    const renewed = await startServer({ configure: authorised(), database: DATABASE_URL, services: { vault: createVault(newKey) } });
    const ticket = await storedTicket(renewed);
    expect(renewed.services.vault.open(String(ticket?.token), `/wechat/${sandboxComponent.app_id}/ticket`)).toContain('ticket@@@');
  });
});
