import { decodeProtectedHeader } from 'jose';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findSession } from '../../../server/accounts/sessions.ts';
import { issueAccessToken, readAccessToken } from '../../../server/tokens/accessTokens.ts';
import { rotateSigningKey, SigningKeys } from '../../../server/tokens/signingKeys.ts';
import { startServer } from '../../support/server.ts';

const day = 86_400;

/** A store that the signing keys of several processes share, and a way to let time pass. */
async function start() {
  let time = 1_800_000_000;
  const server = await startServer({ now: () => time });
  const { store, vault, log, now } = server.services;
  const shared = { store, vault, log, now, endpoints: [] };
  // A process reads the keys again half a minute later, by its steady clock.
  const clock = vi.spyOn(performance, 'now');
  onTestFinished(() => clock.mockRestore());
  const wait = (seconds: number) => {
    time += seconds;
    const later = performance.now() + seconds * 1000;
    clock.mockImplementation(() => later);
  };
  return { server, shared, wait, now };
}

const idsOf = async (keys: SigningKeys) => (await keys.published()).map(({ kid }) => kid);

describe('signing keys', () => {
  it('are one for processes that start at once', async () => {
    const { shared } = await start();
    const keys = [1, 2, 3, 4].map(() => new SigningKeys(shared));
    const ids = await Promise.all(keys.map(async (one) => (await one.current()).id));
    expect(new Set(ids).size).toBe(1);
    expect(await idsOf(keys[0] as SigningKeys)).toEqual([ids[0]]);
  });

  it('sign at once if the first one was made in the next second, or by a clock that is ahead', async () => {
    const { shared, now } = await start();
    let time = now();
    const ticking = new SigningKeys({ ...shared, now: () => time++ });
    const { id } = await ticking.current();
    const behind = new SigningKeys({ ...shared, now: () => now() - 60 });
    expect((await behind.current()).id).toBe(id);
  });

  it('are published an hour before they sign, and until the tokens of the key before have ended', async () => {
    const { shared, wait } = await start();
    const keys = new SigningKeys(shared);
    const first = (await keys.current()).id;
    const { id: second } = await rotateSigningKey({ id: '', ...shared }, false);
    wait(31);
    expect([(await keys.current()).id, new Set(await idsOf(keys))]).toEqual([first, new Set([first, second])]);
    wait(3600);
    expect([(await keys.current()).id, new Set(await idsOf(keys))]).toEqual([second, new Set([first, second])]);
    wait(1801);
    const { id: third } = await rotateSigningKey({ id: '', ...shared }, false);
    wait(31);
    expect(new Set(await idsOf(keys))).toEqual(new Set([second, third]));
  });

  it('are replaced after thirty days without a request that fails', async () => {
    const { shared, wait } = await start();
    const keys = new SigningKeys(shared);
    const first = (await keys.current()).id;
    wait(30 * day);
    expect((await keys.current()).id).toBe(first);
    expect((await idsOf(keys)).length).toBe(2);
    wait(3601);
    expect((await keys.current()).id).not.toBe(first);
  });

  it('end at once when a leak is announced, with the tokens that they signed', async () => {
    const { server, shared, wait } = await start();
    const issuer = { keys: new SigningKeys(shared), url: server.origin, now: shared.now };
    const { token } = await server.login('wechat', 'larry');
    const session = await findSession(server.tenant, token);
    if (!session) throw new Error('no session');
    const { access_token } = await issueAccessToken(issuer, server.app, server.tenant.id, session);
    expect(await readAccessToken(issuer, access_token)).toMatchObject({ sub: String(session.userId) });
    const { id } = await rotateSigningKey({ id: '', ...shared }, true);
    wait(31);
    expect(await readAccessToken(issuer, access_token)).toBeUndefined();
    const { access_token: next } = await issueAccessToken(issuer, server.app, server.tenant.id, session);
    expect(decodeProtectedHeader(next).kid).toBe(id);
  });

  it('rest sealed', async () => {
    const { server, shared } = await start();
    await new SigningKeys(shared).current();
    const rows = await server.store.selectFrom('signing_keys').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain('"d"');
    expect(rows[0]?.private_key).not.toContain('{');
  });
});

describe('the well-known pages', () => {
  it('serve the public keys and no private part', async () => {
    const { server } = await start();
    const response = await fetch(`${server.origin}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: unknown };
    expect(keys).toEqual([
      { kty: 'EC', crv: 'P-256', alg: 'ES256', use: 'sig', kid: expect.any(String), x: expect.any(String), y: expect.any(String) },
    ]);
    expect(response.headers.get('cache-control')).toBe('public, max-age=300');
  });

  it.each(['oauth-authorization-server', 'openid-configuration'])('serve %s with the operations that the contract has', async (name) => {
    const { server } = await start();
    const body = (await (await fetch(`${server.origin}/.well-known/${name}`)).json()) as Record<
      'introspection_endpoint' | 'token_endpoint',
      string
    >;
    expect(body).toMatchObject({
      issuer: server.origin,
      jwks_uri: `${server.origin}/.well-known/jwks.json`,
      introspection_endpoint: `${server.origin}/v1/introspect`,
      token_endpoint: `${server.origin}/v1/token`,
    });
    for (const page of [body.introspection_endpoint, body.token_endpoint]) expect((await fetch(page)).status).toBe(405);
  });
});
