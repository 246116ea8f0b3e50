import { createRemoteJWKSet, decodeProtectedHeader, type exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { sandboxClientId } from '../../../server/sandbox/sandbox.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { basic, keyWith, postForm } from '../../support/serverKeys.ts';

const clientId = sandboxClientId;

/** A server with a key of every scope, and a person who is logged in. */
async function start(options: Parameters<typeof startServer>[0] = {}) {
  const server = await startServer(options);
  const { id, key } = await keyWith(server, 'introspect', 'tokens.exchange');
  const session = await server.login('wechat', 'larry');
  const introspect = (token: string, authorization = `Bearer ${key}`) => postForm(server, 'introspectToken', authorization, { token });
  return { server, id, key, session, introspect };
}

const isActive = async (answer: Promise<{ body: { active?: boolean } }>) => (await answer).body.active;

describe('introspectToken', () => {
  it('describes an open session', async () => {
    const { server, introspect, session } = await start();
    const { status, body, headers } = await introspect(session.token);
    expect(status).toBe(200);
    expect(body).toEqual({
      active: true,
      sub: String(session.user_info.id),
      client_id: clientId,
      token_type: 'Hydrogen-r1',
      iss: server.origin,
      iat: expect.any(Number),
      exp: body.iat + session.expires_in,
      auth_time: body.iat,
      platform: 'wechat',
      anonymous: false,
      phone_verified: false,
      email_verified: false,
    });
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
  });

  it.each([
    'unknown',
    'a.b.c',
    'eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.e30.',
    '用户',
    'x'.repeat(4096),
  ])('says nothing but inactive of %s', async (token) => {
    const { introspect } = await start();
    expect(await introspect(token)).toMatchObject({ status: 200, body: { active: false } });
    expect(Object.keys((await introspect(token)).body)).toEqual(['active']);
  });

  it('shows a logout in the next answer', async () => {
    const { server, introspect, session } = await start();
    await server.call('logout', { token: session.token });
    expect(await isActive(introspect(session.token))).toBe(false);
  });

  it('takes the key as a bearer token and by Basic with the client id, whatever the hint', async () => {
    const { server, key, session } = await start();
    for (const authorization of [`Bearer ${key}`, `bearer ${key}`, basic(clientId, key)]) {
      const form = { token: session.token, token_type_hint: 'no_such_type', extra: 'ignored' };
      expect((await postForm(server, 'introspectToken', authorization, form)).body.active).toBe(true);
    }
  });

  it('refuses a request without a valid key as OAuth has it', async () => {
    const { server, key, session } = await start();
    const refused = [
      undefined,
      'Bearer x',
      `Bearer ${key}x`,
      basic('other', key),
      basic(clientId, 'x'),
      `Hydrogen-r1 ${session.token}`,
      `Bearer ${session.token}`,
    ];
    for (const authorization of refused) {
      const { status, body, headers } = await postForm(server, 'introspectToken', authorization, { token: session.token });
      expect({ status, body }).toMatchObject({ status: 401, body: { code: 'server_key_invalid', error: 'invalid_client' } });
      expect(headers.get('www-authenticate')).toBe('Basic realm="server key", Bearer realm="server key"');
    }
  });

  it('refuses a key without the scope', async () => {
    const { server, session } = await start();
    const { key } = await keyWith(server, 'tokens.exchange');
    expect(await postForm(server, 'introspectToken', `Bearer ${key}`, { token: session.token })).toMatchObject({
      status: 403,
      body: { code: 'scope_missing', error: 'insufficient_scope' },
    });
  });

  it('names the parameter that is missing or sent twice', async () => {
    const { server, key } = await start();
    for (const form of ['', 'token=a&token=b']) {
      expect(await postForm(server, 'introspectToken', `Bearer ${key}`, form)).toMatchObject({
        status: 400,
        body: { error: 'invalid_request', errors: [{ path: '/body/token' }] },
      });
    }
  });

  it('takes forms only, by POST only', async () => {
    const { server, key, session } = await start();
    const Authorization = `Bearer ${key}`;
    expect(await server.call('introspectToken', { body: { token: session.token }, headers: { Authorization } })).toMatchObject({
      status: 415,
    });
    const got = await fetch(`${server.origin}/v1/introspect?token=${session.token}`, { headers: { Authorization } });
    expect([got.status, got.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('does not know the sessions of other apps', async () => {
    const { server, session } = await start({ otherApps: (app) => [{ ...app, client_id: 'other' }] });
    const { store, log, now } = server.services;
    const { createServerKey } = await import('../../../server/serverKeys/serverKeys.ts');
    const owner = { clientId: 'other', environment: undefined };
    const { key } = await createServerKey({ id: 'other', store, log, now, endpoints: [] }, owner, { name: '', scopes: ['introspect'] });
    expect(await isActive(postForm(server, 'introspectToken', `Bearer ${key}`, { token: session.token }))).toBe(false);
  });

  it('is over as soon as the key is revoked, and notes its use to the minute', async () => {
    let time = 1_800_000_000;
    const { server, id, introspect, session } = await start({ now: () => time });
    const lastUse = async () => {
      await server.services.background.settled();
      const row = await server.store.selectFrom('server_keys').select('last_used_at').where('id', '=', id).executeTakeFirst();
      return row?.last_used_at;
    };
    await introspect(session.token);
    expect(await lastUse()).toBe(time);
    time += 59;
    await introspect(session.token);
    expect(await lastUse()).toBe(time - 59);
    time += 1;
    await introspect(session.token);
    expect(await lastUse()).toBe(time);
    await server.store.deleteFrom('server_keys').where('id', '=', id).execute();
    expect((await introspect(session.token)).status).toBe(401);
  });
});

describe('access tokens', () => {
  const verify = (server: TestServer, token: string, audience = clientId) =>
    jwtVerify(token, createRemoteJWKSet(new URL(`${server.origin}/.well-known/jwks.json`)), {
      issuer: server.origin,
      audience,
      typ: 'at+jwt',
      algorithms: ['ES256'],
    });

  it('are verified by a library with the published keys', async () => {
    const { server, session } = await start();
    const { status, body } = await server.call('createAccessToken', { token: session.token });
    expect({ status, body }).toMatchObject({ status: 201, body: { token_type: 'Bearer', expires_in: 600 } });
    const { payload, protectedHeader } = await verify(server, body.access_token);
    expect(protectedHeader).toMatchObject({ alg: 'ES256', typ: 'at+jwt' });
    expect(payload).toMatchObject({ sub: String(session.user_info.id), client_id: clientId, amr: ['wechat'], jti: expect.any(String) });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
    await expect(verify(server, body.access_token, 'another-api')).rejects.toThrow(/aud/);
  });

  it('hold the audience, the lifetime and the claims of the app', async () => {
    const access_tokens = {
      lifetime_seconds: 300,
      audience: 'https://api.example.com',
      claims: ['platform', 'phone_verified', 'username'],
    };
    const { server, session } = await start({ configure: (app) => ({ ...app, access_tokens }) });
    const { body } = await server.call('createAccessToken', { token: session.token });
    const { payload } = await verify(server, body.access_token, 'https://api.example.com');
    expect(payload).toMatchObject({ platform: 'wechat', phone_verified: false });
    expect(payload).not.toHaveProperty('username');
    expect(body.expires_in).toBe(300);
  });

  it('are exchanged for the token of a session', async () => {
    const { server, key, session } = await start();
    const form = {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: session.token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    };
    const exchange = (change: Record<string, string>) => postForm(server, 'exchangeToken', basic(clientId, key), { ...form, ...change });
    const { status, body } = await exchange({});
    expect({ status, body }).toMatchObject({ status: 200, body: { token_type: 'Bearer', issued_token_type: form.subject_token_type } });
    expect((await verify(server, body.access_token)).payload.sub).toBe(String(session.user_info.id));
    expect((await exchange({ subject_token: 'unknown' })).body).toMatchObject({ code: 'subject_token_invalid', error: 'invalid_request' });
    expect((await exchange({ grant_type: 'password' })).body).toMatchObject({ error: 'unsupported_grant_type' });
    const twice = `${new URLSearchParams(form)}&grant_type=password`;
    expect((await postForm(server, 'exchangeToken', basic(clientId, key), twice)).body).toMatchObject({ error: 'invalid_request' });
  });

  it('are active until they expire or their session ends', async () => {
    let time = 1_800_000_000;
    const { server, introspect, session } = await start({ now: () => time });
    const { body } = await server.call('createAccessToken', { token: session.token });
    expect(await introspect(body.access_token)).toMatchObject({
      body: { active: true, token_type: 'Bearer', sub: String(session.user_info.id), aud: clientId, exp: time + 600 },
    });
    time += 601;
    expect(await isActive(introspect(body.access_token))).toBe(false);
    const { body: next } = await server.call('createAccessToken', { token: session.token });
    await server.call('logout', { token: session.token });
    expect(await isActive(introspect(next.access_token))).toBe(false);
  });

  it('are active from the moment on that a clock ahead of this one issued them, to the second in which they end', async () => {
    let time = 1_800_000_000;
    const { server, introspect, session } = await start({ now: () => time });
    const { body } = await server.call('createAccessToken', { token: session.token });
    for (const [at, active] of [
      [-60, true],
      [599, true],
      [600, false],
    ] as const) {
      time = 1_800_000_000 + at;
      expect({ at, active: await isActive(introspect(body.access_token)) }).toEqual({ at, active });
    }
  });

  it('of anyone else are inactive: another key, type or issuer, a public key as a secret', async () => {
    const { server, introspect, session } = await start();
    const { body } = await server.call('createAccessToken', { token: session.token });
    const { payload } = await verify(server, body.access_token);
    const { kid = '' } = decodeProtectedHeader(body.access_token);
    const foreign = await generateKeyPair('ES256');
    const [published] = (await server.services.signingKeys.published()) as [Awaited<ReturnType<typeof exportJWK>>];
    const { privateKey } = await server.services.signingKeys.current();
    const sign = (change: object, header = {}) =>
      new SignJWT({ ...payload, ...change }).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header });
    const tokens = [
      await sign({}).sign(foreign.privateKey),
      await sign({}, { typ: 'JWT' }).sign(privateKey),
      await sign({ iss: 'https://elsewhere.example.com' }).sign(privateKey),
      await sign({ tenant: 'other' }).sign(privateKey),
      await sign({ sub: '1' }).sign(privateKey),
      await sign({}, { alg: 'HS256' }).sign(new TextEncoder().encode(JSON.stringify(published))),
    ];
    for (const token of tokens) expect(await isActive(introspect(token))).toBe(false);
    expect(await isActive(introspect(await sign({}).sign(privateKey)))).toBe(true);
  });
});
