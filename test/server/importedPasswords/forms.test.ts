import { createHash, createHmac, pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';
import { hash as argon2Hash } from '@node-rs/argon2';
import { hash as bcryptHash } from '@node-rs/bcrypt';
import { describe, expect, it } from 'vitest';
import { digestBy } from '../../../server/importedPasswords/digest.ts';
import { leancloudHash, readSelfDescribing, uniIdSha1Hash } from '../../../server/importedPasswords/foreignForms.ts';
import { type BareHash, type ImportedHash, isBare } from '../../../server/importedPasswords/importedHash.ts';
import { type Recipe, recipe } from '../../../server/importedPasswords/recipes.ts';

const password = 'plum-rain-june';
const salt = randomBytes(16).toString('hex');

function bare(imported: ImportedHash | undefined): BareHash {
  if (!imported || !isBare(imported)) return expect.unreachable();
  return imported;
}

async function expectRight({ recipe: own, digest }: BareHash, right = password): Promise<void> {
  expect(recipe.parse(own)).toEqual(own);
  expect((await digestBy(own, right)).equals(digest)).toBe(true);
  expect((await digestBy(own, `${right}!`)).equals(digest)).toBe(false);
}

const hex = (algorithm: string, text: string | Buffer) => createHash(algorithm).update(text).digest('hex');
const described = (fields: Record<string, unknown>, digest: string) =>
  ({ recipe: recipe.parse(fields), digest: Buffer.from(digest, 'hex') }) satisfies { recipe: Recipe; digest: Buffer };

describe('the hash of another system', () => {
  it("is verified for LeanCloud's published vector", async () => {
    const published = 'tA7BLW+NK0UeARng0693gCaVnljkglCB9snqlpCSUKjx2RgYp8VZZOQt0S5iUtlDrkJXfT3gknS4rRqjYsd/Ug==';
    await expectRight(bare(leancloudHash('h60d8x797d3oa0naxybxxv9bn7xpt2yiowz68mpiwou7gwr2', published)), 'password');
  });

  it('is verified for the published vector of bcrypt', async () => {
    // John the Ripper's test vectors, also in crypt_blowfish.
    await expectRight(bare(readSelfDescribing('$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')), 'U*U');
  });

  it.each(['2a', '2b', '2y'])('is verified for bcrypt $%s$', async (version) => {
    const hashed = await bcryptHash(password, 4);
    await expectRight(bare(readSelfDescribing(hashed.replace('$2b$', `$${version}$`))));
  });

  it("is verified for uni-id's two forms", async () => {
    await expectRight(bare(uniIdSha1Hash('secret', createHmac('sha1', 'secret').update(password).digest('hex'))));
    const sha256 = createHmac('sha256', salt).update(password).digest('hex');
    await expectRight(bare(readSelfDescribing(`$UNI_ID_HMAC_SHA256$${salt.length}$${salt}${sha256}`)));
  });

  it("is verified for better-auth's scrypt", async () => {
    const key = scryptSync(password, salt, 64, { N: 16_384, r: 16, p: 1, maxmem: 2 ** 26 }).toString('hex');
    await expectRight(bare(readSelfDescribing(`${salt}:${key}`)));
  });

  it("is verified for Django's PBKDF2", async () => {
    const key = pbkdf2Sync(password, salt, 1000, 32, 'sha256').toString('base64');
    await expectRight(bare(readSelfDescribing(`pbkdf2_sha256$1000$${salt}$${key}`)));
  });

  it('is verified for argon2 of another cost', async () => {
    await expectRight(bare(readSelfDescribing(await argon2Hash(password, { memoryCost: 8192, timeCost: 1, algorithm: 1 }))));
  });

  it.each(['md5', 'sha1', 'sha256', 'sha512'])('is verified for a salted %s that is described', async (digest) => {
    await expectRight(described({ algorithm: 'digest', digest, input: ['pepper', '@', salt] }, hex(digest, `pepper${password}${salt}`)));
  });

  it('is verified for a digest of digests that is described', async () => {
    const inner = { digest: 'md5', input: ['@'], encoding: 'hex' };
    await expectRight(described({ algorithm: 'digest', digest: 'md5', input: [inner, salt] }, hex('md5', hex('md5', password) + salt)));
  });

  it.each([
    ['$2b$10$tooshort'],
    ['md5'],
    [''],
    ['5f4dcc3b5aa765d61d8327deb882cf99'],
    ['$UNI_ID_HMAC_SHA256$99$short'],
  ])('is not guessed from %j', (text) => {
    expect(readSelfDescribing(text)).toBeUndefined();
  });

  it.each([
    ['bcrypt', { algorithm: 'bcrypt', cost: 15, salt: 'C'.repeat(22) }],
    ['PBKDF2', { algorithm: 'pbkdf2', digest: 'sha256', iterations: 2_000_001, salt, length: 32 }],
    ['scrypt', { algorithm: 'scrypt', n: 2 ** 18, r: 8, p: 1, salt, length: 32 }],
    ['a digest', { algorithm: 'digest', digest: 'md5', input: ['@'], times: 10_001 }],
  ])('may not cost more than a login can bear: %s', { tags: 'fault' }, (_what, costly) => {
    expect(recipe.safeParse(costly).success).toBe(false);
  });
});
