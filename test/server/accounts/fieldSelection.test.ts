import { describe, expect, it } from 'vitest';
import { registerUser } from '../../support/accounts.ts';
import { startServer } from '../../support/server.ts';

async function startWithMei() {
  const server = await startServer({ configure: (app) => ({ ...app, public_fields: ['level'] }) });
  const mei = await registerUser(server, 'Mei');
  const larry = await registerUser(server, 'larry');
  await server.call('updateUser', { token: mei.token, body: { nickname: 'Mei', level: 3, secret: 'mine' } });
  return { server, mei, larry };
}

describe('getUser', () => {
  const operation = 'getUser';
  it.each([
    ['nickname', { nickname: 'Mei' }],
    ['nickname,_username,secret', { nickname: 'Mei', _username: 'Mei', secret: 'mine' }],
    ['_email_proved,_phone_proved', { _email_proved: null, _phone_proved: null }],
    ['never_set', {}],
  ])('shows of one’s own record %s', async (keys, shown) => {
    const { server, mei } = await startWithMei();
    const { body } = await server.call(operation, { token: mei.token, userId: mei.id, query: { keys } });
    expect(body).toEqual({ id: mei.id, ...shown });
  });

  it('leaves excluded fields out of one’s own record, except the id', async () => {
    const { server, mei } = await startWithMei();
    const whole = (await server.call(operation, { token: mei.token, userId: mei.id })).body;
    const { body } = await server.call(operation, { token: mei.token, userId: mei.id, query: { keys: '-_phone,-_provider,-id' } });
    const { _phone, _provider, ...rest } = whole;
    expect(body).toEqual(rest);
  });

  it('shows all if both are mixed', async () => {
    const { server, mei } = await startWithMei();
    const whole = (await server.call(operation, { token: mei.token, userId: mei.id })).body;
    expect((await server.call(operation, { token: mei.token, userId: mei.id, query: { keys: 'nickname,-avatar' } })).body).toEqual(whole);
  });

  it('shows only public fields of another user', async () => {
    const { server, mei, larry } = await startWithMei();
    const ask = async (keys: string) => (await server.call(operation, { token: larry.token, userId: mei.id, query: { keys } })).body;
    expect(await ask('level,secret,_username')).toEqual({ id: mei.id, level: 3 });
    expect(await ask('-avatar')).toEqual({ id: mei.id, nickname: 'Mei', level: 3 });
  });

  it.each([
    [{ keys: '_password' }, '/query/keys', '_password is not a field of a user'],
    [{ keys: 'token' }, '/query/keys', 'token is not a field of a user'],
    [{ keys: 'a b' }, '/query/keys', 'must be names of fields joined with commas'],
    [{ expand: 'inviter' }, '/query/expand', 'is not supported: this server does not expand pointers'],
    [{ foo: '1' }, '/query/foo', 'is not a parameter of this operation'],
    [{ limit: '1' }, '/query/limit', 'is not a parameter of this operation'],
  ])('refuses %j and names it', async (query, path, message) => {
    const { server, mei } = await startWithMei();
    const { status, body } = await server.call(operation, { token: mei.token, userId: mei.id, query });
    expect([status, body.errors[0].path]).toEqual([400, path]);
    expect(body.errors[0].message).toContain(message);
  });
});

describe('listUsers', () => {
  const where = '{"nickname":{"$eq":"Mei"}}';

  it.each([
    ['level', { level: 3 }],
    ['-avatar', { nickname: 'Mei', level: 3 }],
    ['-avatar,nickname', { nickname: 'Mei', avatar: '', level: 3 }],
    ['id', {}],
  ])('shows %s of every user', async (keys, shown) => {
    const { server, mei } = await startWithMei();
    const { body } = await server.call('listUsers', { token: mei.token, query: { keys, where } });
    expect(body.objects).toEqual([{ id: mei.id, ...shown }]);
  });

  it.each([
    [{ keys: 'nickname,_phone' }, '/query/keys', '_phone is not public; public fields are id, nickname, avatar, level'],
    [{ keys: '-secret' }, '/query/keys', 'secret is not public'],
    [{ expand: 'inviter' }, '/query/expand', 'is not supported'],
    [{ foo: '1' }, '/query/foo', 'is not a parameter of this operation'],
    [{ constructor: '1' }, '/query/constructor', 'is not a parameter of this operation'],
    [{ order: 'id' }, '/query/order', 'is not a parameter of this operation'],
  ])('refuses %j and names it', async (query: object, path, message) => {
    const { server, mei } = await startWithMei();
    const { status, body } = await server.call('listUsers', { token: mei.token, query: query as Record<string, string> });
    expect([status, body.errors[0].path]).toEqual([400, path]);
    expect(body.errors[0].message).toContain(message);
  });
});
