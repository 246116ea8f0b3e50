import { decodeBcrypt } from './bcryptBase64.ts';
import type { ImportedHash } from './importedHash.ts';
import type { Recipe } from './recipes.ts';

/**
 * Reads a self-describing hash: bcrypt (`$2a$`, `$2b$`, `$2y$`), argon2 in PHC form, Django's `pbkdf2_sha256$`, uni-id's
 * `$UNI_ID_HMAC_SHA256$`, or better-auth's scrypt (`salt:key`).
 *
 * @returns undefined if it is none of these
 */
export function readSelfDescribing(text: string): ImportedHash | undefined {
  return readBcrypt(text) ?? readArgon2(text) ?? readDjango(text) ?? readUniIdSha256(text) ?? readBetterAuth(text);
}

const hex = (text: string) => Buffer.from(text, 'hex');
const base64 = (text: string) => Buffer.from(text, 'base64');

function readBcrypt(text: string): ImportedHash | undefined {
  const [, cost = '', salt = '', digest = ''] = /^\$2[aby]\$(\d\d)\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/.exec(text) ?? [];
  return digest === '' ? undefined : { recipe: { algorithm: 'bcrypt', cost: Number(cost), salt }, digest: decodeBcrypt(digest) };
}

function readArgon2(text: string): ImportedHash | undefined {
  const parts = /^\$(argon2(?:id|i|d))\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(text);
  if (!parts) return undefined;
  const [, variant = '', memory, passes, lanes, salt = '', key = ''] = parts;
  const digest = base64(key);
  const costs = { memory: Number(memory), passes: Number(passes), lanes: Number(lanes), length: digest.length };
  return { recipe: { algorithm: 'argon2', variant: variant as 'argon2id', ...costs, salt: base64(salt).toString('base64') }, digest };
}

function readDjango(text: string): ImportedHash | undefined {
  const [, digest = '', iterations, salt = '', key = ''] =
    /^pbkdf2_(sha1|sha256|sha512)\$(\d+)\$([^$]+)\$([A-Za-z0-9+/=]+)$/.exec(text) ?? [];
  if (key === '') return undefined;
  const bytes = base64(key);
  const costs = { digest: digest as 'sha256', iterations: Number(iterations), length: bytes.length };
  return { recipe: { algorithm: 'pbkdf2', ...costs, salt }, digest: bytes };
}

/** `$UNI_ID_HMAC_SHA256$<length of the salt>$<salt><hex>`, an HMAC of the password with the salt as its key. */
function readUniIdSha256(text: string): ImportedHash | undefined {
  const [, length = '', rest = ''] = /^\$UNI_ID_HMAC_SHA256\$(\d+)\$(.+)$/.exec(text) ?? [];
  const [key, digest] = [rest.slice(0, Number(length)), rest.slice(Number(length))];
  return /^[0-9a-f]{64}$/.test(digest) ? { recipe: hmac('sha256', key), digest: hex(digest) } : undefined;
}

function readBetterAuth(text: string): ImportedHash | undefined {
  const [, salt = '', key = ''] = /^([0-9a-f]{16,64}):([0-9a-f]{128})$/.exec(text) ?? [];
  return key === '' ? undefined : { recipe: { algorithm: 'scrypt', n: 16_384, r: 16, p: 1, salt, length: 64 }, digest: hex(key) };
}

/** An HMAC of only the password. */
export const hmac = (digest: 'sha1' | 'sha256', key: string): Recipe => ({ algorithm: 'digest', digest, input: ['@'], key });

/** LeanCloud: SHA-512 of the salt and the password, then 512 times SHA-512 of the previous digest; in base64. */
export const leancloudHash = (salt: string, hash: string): ImportedHash => ({
  recipe: { algorithm: 'digest', digest: 'sha512', input: [salt, '@'], times: 512 },
  digest: base64(hash),
});

/** uni-id's older hashes: an HMAC-SHA1 with the `passwordSecret` of the version that the user's row names, in hexadecimal. */
export const uniIdSha1Hash = (secret: string, hash: string): ImportedHash => ({ recipe: hmac('sha1', secret), digest: hex(hash) });
