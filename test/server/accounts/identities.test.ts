import { describe, expect, it } from 'vitest';
import { findHolder, findIdentityOwner, findOrCreateUser, findOwner, linkIdentity } from '../../../server/accounts/identities.ts';
import type { Identity } from '../../../server/platforms/platform.ts';
import { inTransaction } from '../../../server/store/inTransaction.ts';
import { auditOf } from '../../support/audit.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

const app = { platform: 'wechat', platformAppId: 'wx-first' } as const;
const mei: Identity = { ...app, openid: 'mei', unionid: 'union-mei', sessionKey: 'key-1' };
const larry: Identity = { ...app, openid: 'larry', unionid: 'union-larry', sessionKey: 'key-2' };

const find = ({ tenant }: TestServer, identity: Identity, unionid: 'ignore' | 'mustAgree' | 'lookup' = 'ignore') =>
  inTransaction(tenant, (tx) => findOwner(tx, identity, unionid));
const findOrCreate = ({ tenant }: TestServer, identity: Identity, unionid: 'ignore' | 'mustAgree' | 'lookup' = 'ignore') =>
  inTransaction(tenant, (tx) => findOrCreateUser(tx, identity, { createUser: true, unionid }));
const link = ({ tenant }: TestServer, userId: number, identity: Identity, unionid: 'ignore' | 'lookup' = 'ignore') =>
  inTransaction(tenant, (tx) => linkIdentity(tx, userId, identity, unionid));

describe('an identity', () => {
  it('belongs to the user who was created for it, even if others log in', async () => {
    const server = await startServer();
    const userId = await findOrCreate(server, mei);
    expect(await findOrCreate(server, larry)).not.toBe(userId);
    expect(await findOrCreate(server, mei)).toBe(userId);
    expect(await findIdentityOwner(server.tenant, mei)).toBe(userId);
    expect(await findIdentityOwner(server.tenant, { ...mei, platform: 'qq' })).toBeUndefined();
  });

  it('without a user creates one only if allowed', async () => {
    const server = await startServer();
    const login = inTransaction(server.tenant, (tx) => findOrCreateUser(tx, mei, { createUser: false, unionid: 'ignore' }));
    await expect(login).rejects.toMatchObject({ code: 'identity_not_found' });
    expect(await find(server, mei)).toBeUndefined();
  });

  it('holds the session key of its latest exchange, sealed', async () => {
    const server = await startServer();
    const userId = await findOrCreate(server, mei);
    await find(server, { ...mei, sessionKey: 'key-of-today' });
    expect(await findHolder(server.tenant, userId, app)).toMatchObject({ openid: 'mei', sessionKey: 'key-of-today' });
    const { session_key } = await server.store.selectFrom('identities').select('session_key').executeTakeFirstOrThrow();
    expect(session_key).not.toContain('key-of-today');
  });

  it('is exchanged only as often as its limit allows', async () => {
    const { tenant } = await startServer({
      configure: (app) => Object.assign(app, { rate_limits: { identity: { limit: 2, seconds: 60 } } }),
    });
    const login = () => inTransaction(tenant, (tx) => findOrCreateUser(tx, mei, { createUser: true, unionid: 'ignore' }));
    // The exchange that creates it is not counted.
    for (let exchange = 0; exchange < 3; exchange++) await login();
    await expect(login()).rejects.toMatchObject({ code: 'rate_limited', detail: { limits: ['identity'] } });
  });
});

describe('a unionid', () => {
  const moved: Identity = { ...mei, openid: 'mei-after-the-move' };

  it('that is ignored leaves the openid to decide', async () => {
    const server = await startServer();
    const userId = await findOrCreate(server, mei);
    expect(await findOrCreate(server, moved)).not.toBe(userId);
  });

  it('that is looked up finds the user, and gives the identity its new openid', async () => {
    const server = await startServer();
    const userId = await findOrCreate(server, mei);
    expect(await findOrCreate(server, moved, 'lookup')).toBe(userId);
    expect(await findIdentityOwner(server.tenant, moved)).toBe(userId);
    expect(await findIdentityOwner(server.tenant, mei)).toBeUndefined();
    expect((await auditOf(server)).map(({ event }) => event)).toEqual(['registered', 'identity_renamed']);
  });

  it.each(['mustAgree', 'lookup'] as const)('that belongs to another user is a conflict if it %s', async (unionid) => {
    const server = await startServer();
    const [unionid_owner, openid_owner] = [await findOrCreate(server, mei), await findOrCreate(server, larry)];
    await expect(findOrCreate(server, { ...larry, unionid: 'union-mei' }, unionid)).rejects.toMatchObject({
      code: 'unionid_conflict',
      detail: { platform: 'wechat', unionid_owner, openid_owner },
    });
  });
});

describe('linking an identity', () => {
  it('links it to the user; repeating it only stores the new session key', async () => {
    const server = await startServer();
    const { id } = await addUser(server);
    await link(server, id, mei);
    await link(server, id, { ...mei, sessionKey: 'key-of-today' });
    expect(await findHolder(server.tenant, id, app)).toMatchObject({ openid: 'mei', sessionKey: 'key-of-today' });
    expect((await auditOf(server)).map(({ event }) => event)).toEqual(['identity_linked']);
  });

  it("does not take it from its owner, whom the error's detail names", async () => {
    const server = await startServer();
    const owner = await findOrCreate(server, mei);
    const { id: user } = await addUser(server);
    await expect(link(server, user, mei)).rejects.toMatchObject({ code: 'identity_taken', detail: { platform: 'wechat', user, owner } });
  });

  it('gives a user one identity for each app of each platform', async () => {
    const server = await startServer();
    const { id: user } = await addUser(server);
    await link(server, user, mei);
    await expect(link(server, user, larry)).rejects.toMatchObject({
      code: 'platform_already_linked',
      detail: { platform: 'wechat', user },
    });
    await link(server, user, { ...larry, platformAppId: 'wx-second' });
    await link(server, user, { ...larry, platform: 'qq' });
  });
});
