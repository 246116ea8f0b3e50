import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { password, registerUser } from '../../support/accounts.ts';
import { adminJson } from '../../support/admin.ts';
import { createDatabase } from '../../support/database.ts';
import { createFolder } from '../../support/folder.ts';
import { type ServerOptions, startServer } from '../../support/server.ts';

const asWeb = { 'X-Hydrogen-Client-ID': 'web' };
const asOther = { 'X-Hydrogen-Client-ID': 'other' };
const inStaging = { 'X-Hydrogen-Env-ID': 'staging' };

/** The sandbox app and `web`, which share a pool, and `other`, which has its own. */
const startPool = (options: ServerOptions = {}) =>
  startServer({
    otherApps: (app) => [
      { ...app, client_id: 'web', name: 'Web', pool: 'sandbox' },
      { ...app, client_id: 'other', name: 'Other' },
    ],
    ...options,
  });

describe('a pool', () => {
  it('accepts only sessions that client ids of the pool opened', async () => {
    const server = await startPool();
    const { token, user_id: userId } = await server.login('wechat', 'larry');
    expect((await server.call('getUser', { token, userId, headers: asWeb })).status).toBe(200);
    expect((await server.call('getUser', { token, userId, headers: asOther })).status).toBe(401);
    expect((await server.call('getUser', { token, userId, headers: { ...asWeb, ...inStaging } })).status).toBe(401);
    await server.call('logout', { token, headers: asWeb });
    expect((await server.call('getUser', { token, userId })).status).toBe(401);
  });

  it('has one user for all its client ids, within an environment', async () => {
    const server = await startPool();
    const logIn = async (headers: Record<string, string>) =>
      (await server.call('silentLoginWechat', { headers, body: { code: await server.codeFor('wechat', 'larry') } })).body.user_info.id;
    const id = await logIn({});
    expect(await logIn(asWeb)).toBe(id);
    expect(await logIn(asOther)).not.toBe(id);
    const staging = await logIn(inStaging);
    expect(staging).not.toBe(id);
    expect(await logIn({ ...asWeb, ...inStaging })).toBe(staging);
  });

  it('has unique names', async () => {
    const server = await startPool();
    await registerUser(server);
    const register = (headers: Record<string, string>) =>
      server.call('registerByUsername', { headers, body: { username: 'MEI', password } });
    expect((await register(asWeb)).status).toBe(409);
    expect((await register(asOther)).status).toBe(201);
  });

  it('counts wrong passwords together, and load for each client id', async () => {
    const server = await startPool({ configure: (app) => ({ ...app, rate_limits: { anonymous_ip: { limit: 1 } } }) });
    await registerUser(server);
    const guess = (headers: Record<string, string>) =>
      server.call('loginByUsername', { headers, body: { username: 'Mei', password: 'wrong-wrong' } });
    for (let n = 0; n < 5; n++) {
      expect((await guess({})).status).toBe(400);
      expect((await guess(asWeb)).status).toBe(400);
    }
    expect((await guess({})).status).toBe(429);
    expect((await guess(asWeb)).status).toBe(429);
    expect((await guess(asOther)).status).toBe(400);

    expect((await server.call('loginAnonymously')).status).toBe(201);
    expect((await server.call('loginAnonymously')).status).toBe(429);
    expect((await server.call('loginAnonymously', { headers: asWeb })).status).toBe(201);
  });

  it('mails links that lead back to the requesting app', async () => {
    const server = await startServer({
      configure: (app) => ({ ...app, pool: 'company' }),
      otherApps: (app) => [{ ...app, client_id: 'web', pool: 'company' }],
    });
    const body = { email: 'mei@example.com', password };
    const { token } = (await server.call('registerByEmail', { headers: asWeb, body })).body;
    expect((await server.call('sendVerificationEmail', { token })).status).toBe(201);
    const [link = ''] = /^http\S+$/m.exec((await server.mailTo(body.email))?.text ?? '') ?? [];
    expect(new URL(link).searchParams.get('app')).toBe('sandbox');
    expect((await fetch(link)).status).toBe(200);
    expect((await fetch(link, { method: 'POST', body: new URLSearchParams() })).status).toBe(200);
    expect((await server.call('loginByEmail', { headers: asWeb, body })).body._email_verified).toBe(true);
  });

  it("is used by every operator's command that names one of its apps", async () => {
    const database = await createDatabase();
    const server = await startPool({ database });
    const { user_id } = await registerUser(server);
    const apps = `${createFolder()}/apps.json`;
    writeFileSync(apps, JSON.stringify({ apps: [{ client_id: 'web', name: 'Web', pool: 'sandbox' }] }));
    const env = { DATABASE_URL: database, APPS_FILE: apps };
    expect(await adminJson(['find-user', '--app', 'web', '--username', 'mei'], env)).toMatchObject([{ id: user_id }]);
    await server.call('loginAnonymously', { headers: asWeb });
    await server.call('loginByUsername', { headers: asWeb, body: { username: 'Mei', password } });
    const { cleared } = await adminJson(['clear-limits', '--app', 'web'], env);
    expect(cleared).toMatchObject({ anonymous_ip: 1, login_account_ip: 1 });
    expect(await adminJson(['list-apps'], env)).toMatchObject([{ client_id: 'web', pool: 'sandbox' }]);
  });
});
