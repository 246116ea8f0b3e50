import { describe, expect, it } from 'vitest';
import { createIntrospector, createVerifier } from '../../client/server.ts';
import { sandboxClientId } from '../../server/sandbox/sandbox.ts';
import { startServer } from '../support/server.ts';
import { keyWith } from '../support/serverKeys.ts';

describe('createVerifier', () => {
  it('identifies the user of an access token, and rejects any other text', async () => {
    const server = await startServer();
    const { token, user_info } = await server.login('wechat', 'larry');
    const { body } = await server.call('createAccessToken', { token });
    const verify = createVerifier({ issuer: `${server.origin}/`, audience: sandboxClientId });
    expect(await verify(body.access_token)).toMatchObject({ sub: String(user_info.id), client_id: sandboxClientId });
    for (const other of [token, '', 'a.b.c', `${body.access_token}x`]) expect(await verify(other)).toBeUndefined();
    expect(await createVerifier({ issuer: server.origin, audience: 'another' })(body.access_token)).toBeUndefined();
  });

  it('rejects if the keys cannot be fetched', async () => {
    const server = await startServer();
    const { token } = await server.login('wechat', 'larry');
    const { body } = await server.call('createAccessToken', { token });
    const wrong = createVerifier({ issuer: `${server.origin}/nowhere`, audience: sandboxClientId });
    await expect(wrong(body.access_token)).rejects.toThrow('JSON Web Key Set');
  });
});

describe('createIntrospector', () => {
  it('tells whose session it is until the logout', async () => {
    const server = await startServer();
    const { key: serverKey } = await keyWith(server, 'introspect');
    const { token, user_info } = await server.login('wechat', 'larry');
    const introspect = createIntrospector({ issuer: server.origin, serverKey });
    expect(await introspect(token)).toMatchObject({ active: true, sub: String(user_info.id) });
    await server.call('logout', { token });
    expect(await introspect(token)).toEqual({ active: false });
  });

  it('rejects if the key is refused', async () => {
    const server = await startServer();
    await expect(createIntrospector({ issuer: server.origin, serverKey: 'x' })('token')).rejects.toThrow('401');
  });
});
