import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import { expect } from 'vitest';
import type { OperationId } from '../../../generated/operations.ts';
import type { Reply } from './answers.ts';
import type { Context, Fields } from './context.ts';
import { openAnonymous, prepare } from './fixtures.ts';
import { strangersTokens } from './strangersTokens.ts';

/** A rule of a standard that the contract refers to. */
export interface Standard {
  name: string;
  of: readonly OperationId[];
  run(context: Context): Promise<unknown>;
}

/** The operations for OAuth's own clients. */
const endpoints: readonly OperationId[] = ['introspectToken', 'exchangeToken'];
const tokenGivers: readonly OperationId[] = ['createAccessToken', 'exchangeToken'];

const accessToken = async ({ call }: Context, token: string): Promise<string> =>
  (await call('createAccessToken', { token })).body.access_token;

/** The document of a well-known path. */
async function wellKnown({ target }: Context, name: string): Promise<Fields> {
  const response = await fetch(`${target.url}/.well-known/${name}`);
  expect([response.status, response.headers.get('Content-Type')]).toEqual([200, expect.stringMatching(/^application\/json\b/)]);
  return (await response.json()) as Fields;
}

const publishedKeys = async (context: Context) => (await wellKnown(context, 'jwks.json')).keys as JWK[];

function expectUncached({ headers }: Reply): void {
  expect(headers.get('Cache-Control')).toMatch(/\bno-store\b/);
}

async function expectRefused(context: Context, request: object, status: number, error: string): Promise<Reply> {
  const reply = await context.target.send(context.id, request);
  expect({ status: reply.status, error: reply.body.error }).toEqual({ status, error });
  return reply;
}

export const standards: readonly Standard[] = [
  {
    name: 'forbids caches to keep answers (RFC 6749, section 5.1)',
    of: [...endpoints, 'createAccessToken'],
    async run(context) {
      const request = await prepare(context);
      const answer = await context.target.send(context.id, request);
      expect(answer.status).toBeLessThan(300);
      expectUncached(answer);
      expectUncached(await context.target.send(context.id, { ...request, headers: { Authorization: undefined } }));
    },
  },
  {
    name: 'challenges a caller without a valid key to send one (RFC 6749, section 5.2)',
    of: endpoints,
    async run(context) {
      for (const Authorization of [undefined, 'Bearer unknown', `Basic ${btoa('demo:unknown')}`]) {
        const request = { ...(await prepare(context)), headers: { Authorization } };
        const { headers } = await expectRefused(context, request, 401, 'invalid_client');
        expect(headers.get('WWW-Authenticate')).toMatch(/\bBasic\b.*\bBearer\b|\bBearer\b.*\bBasic\b/);
      }
    },
  },
  {
    name: 'reads no token from the address of a GET (RFC 7662, section 2.1)',
    of: endpoints,
    async run(context) {
      const { body } = await prepare(context);
      const query = body as Record<string, string>;
      const reply = await context.target.ask(context.id, { method: 'GET', query });
      expect([reply.status, reply.headers.get('Allow'), reply.body.code]).toEqual([405, 'POST', 'method_not_allowed']);
      await expectRefused(context, { body: '', query }, 400, 'invalid_request');
    },
  },
  {
    name: 'refuses a parameter that is sent twice (RFC 6749, section 3.2)',
    of: endpoints,
    async run(context) {
      const { body } = await prepare(context);
      for (const [name, value] of Object.entries(body as Record<string, string>)) {
        const twice = `${new URLSearchParams(body as Record<string, string>)}&${new URLSearchParams({ [name]: value })}`;
        await expectRefused(context, { body: twice }, 400, 'invalid_request');
      }
    },
  },
  {
    name: 'searches all tokens, whatever the hint (RFC 7662, section 2.1)',
    of: ['introspectToken'],
    async run(context) {
      const session = await openAnonymous(context);
      for (const token of [session, await accessToken(context, session)]) {
        for (const token_type_hint of ['access_token', 'refresh_token', 'no_such_type', '']) {
          const { body } = await context.call('introspectToken', { body: { token, token_type_hint } });
          expect({ token_type_hint, active: body.active }).toEqual({ token_type_hint, active: true });
        }
      }
    },
  },
  {
    name: 'takes no access token that it did not sign (RFC 8725, section 2)',
    of: ['introspectToken'],
    async run(context) {
      const own = await accessToken(context, await openAnonymous(context));
      for (const [name, token] of Object.entries(await strangersTokens(own, await publishedKeys(context)))) {
        const { body } = await context.call('introspectToken', { body: { token } });
        expect({ name, body }).toEqual({ name, body: { active: false } });
      }
    },
  },
  {
    name: 'names the grants and token types that it does not have (RFC 6749, section 5.2; RFC 8693, section 2.2.2)',
    of: ['exchangeToken'],
    async run(context) {
      const { body } = await prepare(context);
      const form = body as Fields;
      await expectRefused(context, { body: { ...form, grant_type: 'client_credentials' } }, 400, 'unsupported_grant_type');
      const refreshToken = 'urn:ietf:params:oauth:token-type:refresh_token';
      await expectRefused(context, { body: { ...form, subject_token_type: refreshToken } }, 400, 'invalid_request');
      await expectRefused(context, { body: { ...form, requested_token_type: refreshToken } }, 400, 'invalid_request');
    },
  },
  {
    name: 'signs tokens that a library takes, with a published key (RFC 9068, section 4)',
    of: tokenGivers,
    async run(context) {
      const { body } = await context.call(context.id, await prepare(context));
      const keys = await publishedKeys(context);
      const { issuer } = await wellKnown(context, 'oauth-authorization-server');
      const { payload, protectedHeader } = await jwtVerify(body.access_token, createLocalJWKSet({ keys }), {
        issuer: String(issuer),
        typ: 'at+jwt',
        algorithms: ['ES256'],
        requiredClaims: ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
      });
      expect(protectedHeader.kid).toMatch(/./);
      expect(payload.exp).toBe((payload.iat ?? 0) + body.expires_in);
    },
  },
  {
    name: 'publishes only public keys, and their address (RFC 7517; RFC 8414, section 3)',
    of: ['createAccessToken'],
    async run(context) {
      for (const key of await publishedKeys(context)) {
        expect(key).toMatchObject({ kty: 'EC', use: 'sig', alg: 'ES256', kid: expect.stringMatching(/./) });
        expect(Object.keys(key)).not.toContain('d');
      }
      const metadata = await wellKnown(context, 'oauth-authorization-server');
      expect(metadata).toMatchObject({ issuer: expect.stringMatching(/^https?:/), response_types_supported: expect.any(Array) });
      for (const name of ['jwks_uri', 'introspection_endpoint', 'token_endpoint']) expect(metadata[name]).toMatch(/^https?:/);
      expect(await wellKnown(context, 'openid-configuration')).toMatchObject(metadata);
    },
  },
];
