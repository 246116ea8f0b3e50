import { createSecretKey } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, exportJWK, exportSPKI, generateKeyPair, importJWK, type JWK, SignJWT, UnsecuredJWT } from 'jose';

/**
 * Tokens that a stranger can make of an access token and the published keys (RFC 8725, section 2), by name. A server must take none.
 *
 * @param keys the published keys
 */
export async function strangersTokens(token: string, keys: readonly JWK[]): Promise<Record<string, string>> {
  const { typ, kid = '', ...header } = { alg: 'ES256', ...decodeProtectedHeader(token) };
  const claims = decodeJwt(token);
  const published = keys.find((key) => key.kid === kid);
  if (!published) throw new Error(`the published keys lack ${kid}, which signed an access token`);
  const pem = await exportSPKI((await importJWK(published, 'ES256', { extractable: true })) as Parameters<typeof exportSPKI>[0]);
  const own = await generateKeyPair('ES256', { extractable: true });
  const sign = (change: object, key: Parameters<SignJWT['sign']>[0] = own.privateKey) =>
    new SignJWT(claims).setProtectedHeader({ ...header, typ: 'at+jwt', kid, ...change }).sign(key);
  const bySecret = (text: string) => sign({ alg: 'HS256' }, createSecretKey(Buffer.from(text)));
  const [first = '', payload = '', signature = ''] = token.split('.');
  return {
    'of the algorithm none': encode({ alg: 'none', typ, kid }) + new UnsecuredJWT(claims).encode().replace(/^[^.]*/, ''),
    'of the algorithm none, with a signature': [encode({ alg: 'none', typ, kid }), payload, signature].join('.'),
    'without a signature': [first, payload, ''].join('.'),
    'of another type': [encode({ ...header, kid, typ: 'JWT' }), payload, signature].join('.'),
    'of another user': [first, encode({ ...claims, sub: '1' }), signature].join('.'),
    'that lasts longer': [first, encode({ ...claims, exp: (claims.exp ?? 0) + 3600 }), signature].join('.'),
    'of a foreign key': await sign({}),
    'of a foreign key that is unknown': await sign({ kid: 'foreign' }),
    'of a foreign key that it brings': await sign({ jwk: await exportJWK(own.publicKey) }),
    'with the public key as a secret, as a JWK': await bySecret(JSON.stringify(published)),
    'with the public key as a secret, in PEM': await bySecret(pem),
  };
}

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
