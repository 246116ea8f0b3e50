import { createSecretKey } from 'node:crypto';
import { type CryptoKey, decodeJwt, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import type { TestServer } from '../support/server.ts';

const now = () => Math.floor(Date.now() / 1000);

/**
 * Variants of an access token that no API may accept, by what is wrong with them. Most are signed with the server's own key, so that
 * nothing but the named fault can be the reason for a refusal.
 */
export async function forgedTokens({ services: { signingKeys } }: TestServer, accessToken: string): Promise<Record<string, string>> {
  const claims = decodeJwt(accessToken);
  const { id: kid, privateKey } = await signingKeys.current();
  const [published] = await signingKeys.published();
  if (!published) throw new Error('there is no published key');
  const publicKey = (await importJWK(published, 'ES256', { extractable: true })) as CryptoKey;
  const stranger = await generateKeyPair('ES256', { extractable: true });
  const sign = (change: object, header: object = {}, key: Parameters<SignJWT['sign']>[0] = privateKey) =>
    new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid, ...header }).sign(key);
  const asSecret = (text: string) => sign({}, { alg: 'HS256' }, createSecretKey(Buffer.from(text)));
  const [header = '', , signature = ''] = accessToken.split('.');
  const altered = Buffer.from(JSON.stringify({ ...claims, sub: '1' })).toString('base64url');
  return {
    expired: await sign({ iat: now() - 720, exp: now() - 120 }),
    'without an end': await sign({ exp: undefined }),
    'not valid yet': await sign({ nbf: now() + 600 }),
    'for another API': await sign({ aud: 'https://payments.example.com' }),
    'for no API': await sign({ aud: undefined }),
    'of another issuer': await sign({ iss: 'https://elsewhere.example.com' }),
    "of no one's": await sign({ sub: undefined }),
    'of the type JWT': await sign({}, { typ: 'JWT' }),
    'of no type': await sign({}, { typ: undefined }),
    "signed with a stranger's key": await sign({}, {}, stranger.privateKey),
    'signed with a key that is not published': await sign({}, { kid: 'unknown' }, stranger.privateKey),
    'that brings its own key': await sign({}, { jwk: await exportJWK(stranger.publicKey), kid: undefined }, stranger.privateKey),
    'signed by HS256 with the public key as a JWK': await asSecret(JSON.stringify(published)),
    'signed by HS256 with the public key in PEM': await asSecret(await exportSPKI(publicKey)),
    'of the algorithm none': new UnsecuredJWT(claims).encode().replace(/^[^.]*/, encoded({ alg: 'none', typ: 'at+jwt', kid })),
    'with an altered user': [header, altered, signature].join('.'),
    'without a signature': [header, accessToken.split('.')[1], ''].join('.'),
    'that is no JWT': 'a.b.c',
  };
}

const encoded = (header: object) => Buffer.from(JSON.stringify(header)).toString('base64url');
