import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { introspectToken } from '../generated/operations.ts';
import type { components } from '../generated/types.ts';

/** The state of a token: its user and app, or `{ active: false }` (RFC 7662, section 2.2). */
export type Introspection = components['schemas']['Introspection'];

export interface VerifierOptions {
  /** The login service's address, its `PUBLIC_URL`. */
  issuer: string;
  /** The API that the tokens must be for: `audience` of the app's `access_tokens`, or its client id. */
  audience: string;
}

/** The claims of an access token (docs/verify-sessions.md). */
export interface AccessTokenClaims {
  iss: string;
  aud: string;
  /** The user's id. */
  sub: string;
  client_id: string;
  /** Unix seconds. */
  iat: number;
  exp: number;
  /** Unix seconds: when the session was opened. */
  auth_time: number;
  jti: string;
  /** The claims that the app chose. */
  [claim: string]: unknown;
}

/**
 * Creates a function that verifies access tokens with the issuer's public keys, which it fetches on first use and again when they change.
 *
 * It resolves to undefined for a token that is not valid, and rejects if the keys cannot be fetched.
 */
export function createVerifier({ issuer, audience }: VerifierOptions): (token: string) => Promise<AccessTokenClaims | undefined> {
  const url = issuer.replace(/\/+$/, '');
  const keys = createRemoteJWKSet(new URL(`${url}/.well-known/jwks.json`));
  return async (token) => {
    try {
      const { payload } = await jwtVerify<AccessTokenClaims>(token, keys, { issuer: url, audience, typ: 'at+jwt', algorithms: ['ES256'] });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout) && !isUnreachable(error)) return undefined;
      throw error;
    }
  };
}

/** Whether jose could not fetch the key set, for which it has no error class. */
const isUnreachable = ({ code, message }: errors.JOSEError) =>
  code === 'ERR_JOSE_GENERIC' && /JSON Web Key Set HTTP response/.test(message);

export interface IntrospectorOptions {
  /** The login service's address. */
  issuer: string;
  /** A server key with the scope `introspect`, from `npm run admin -- create-key`. */
  serverKey: string;
  /** Replaces the global one. */
  fetch?: typeof fetch;
}

/**
 * Creates a function that asks the login service which user a token belongs to and whether it is still valid: a session's token or an
 * access token.
 *
 * It rejects if the service does not answer, or refuses the key.
 */
export function createIntrospector({
  issuer,
  serverKey,
  fetch: send = fetch,
}: IntrospectorOptions): (token: string) => Promise<Introspection> {
  const url = issuer.replace(/\/+$/, '') + introspectToken.path;
  return async (token) => {
    const response = await send(url, {
      method: introspectToken.method,
      headers: { Authorization: `Bearer ${serverKey}` },
      body: new URLSearchParams({ token }),
    });
    if (!response.ok) throw new Error(`introspection: ${response.status} ${await response.text()}`);
    return (await response.json()) as Introspection;
  };
}
