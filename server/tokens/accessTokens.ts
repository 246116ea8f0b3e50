import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import * as z from 'zod';
import type { Session } from '../accounts/sessions.ts';
import type { App } from '../config/apps.ts';
import { algorithm, type SigningKeys } from './signingKeys.ts';
import { userFacts } from './userFacts.ts';

/** RFC 9068, section 2.1. */
const tokenType = 'at+jwt';

/** The part of an app that its tokens depend on. */
export type TokenApp = Pick<App, 'client_id' | 'access_tokens'>;

/** Issues and reads the tokens of one issuer. */
export interface Issuer {
  keys: SigningKeys;
  /** `iss`. */
  url: string;
  /** Unix seconds. */
  now(): number;
}

export interface IssuedToken {
  access_token: string;
  token_type: 'Bearer';
  /** Seconds. */
  expires_in: number;
}

const audienceOf = ({ client_id, access_tokens }: TokenApp): string => access_tokens.audience ?? client_id;

/**
 * Issues a token of RFC 9068 for a session. `sid` identifies the session by its hash, which gives no access.
 *
 * @param tenantId the tenant of the user in `sub`
 */
export async function issueAccessToken(
  { keys, url, now }: Issuer,
  app: TokenApp,
  tenantId: string,
  session: Session,
): Promise<IssuedToken> {
  const key = await keys.current();
  const { lifetime_seconds, claims } = app.access_tokens;
  const facts = userFacts(session);
  const at = now();
  const access_token = await new SignJWT({
    ...Object.fromEntries(claims.flatMap((name) => (facts[name] === null ? [] : [[name, facts[name]]]))),
    client_id: app.client_id,
    tenant: tenantId,
    sid: session.tokenHash,
    auth_time: session.openedAt,
    ...(session.platform !== null && { amr: [session.platform] }),
  })
    .setProtectedHeader({ alg: algorithm, typ: tokenType, kid: key.id })
    .setIssuer(url)
    .setAudience(audienceOf(app))
    .setSubject(String(session.userId))
    .setIssuedAt(at)
    .setExpirationTime(at + lifetime_seconds)
    .setJti(randomUUID())
    .sign(key.privateKey);
  return { access_token, token_type: 'Bearer', expires_in: lifetime_seconds };
}

const claims = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: z.string(),
  client_id: z.string(),
  tenant: z.string(),
  sid: z.string(),
  iat: z.int(),
  exp: z.int(),
  auth_time: z.int(),
});
export type AccessTokenClaims = z.infer<typeof claims>;

/** Whether a text has the form of an access token, which no session's token has. */
export const isAccessToken = (text: string): boolean => text.split('.').length === 3;

/** The claims of a token that this issuer signed and that has not expired; undefined for any other text. */
export async function readAccessToken({ keys, url, now }: Issuer, token: string): Promise<AccessTokenClaims | undefined> {
  try {
    const options = { issuer: url, algorithms: [algorithm], typ: tokenType, currentDate: new Date(now() * 1000) };
    const { payload } = await jwtVerify(token, await keys.verifying(), options);
    return claims.parse(payload);
  } catch (error) {
    if (isForeign(error)) return undefined;
    throw error;
  }
}

/** Whether an error means that the token is foreign or has expired. */
const isForeign = (error: unknown): boolean =>
  error instanceof z.ZodError || (error instanceof Error && 'code' in error && /^ERR_J(WT|WS|WK|OSE)/.test(String(error.code)));
