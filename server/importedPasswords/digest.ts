import { createHash, createHmac, pbkdf2, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { hashRaw } from '@node-rs/argon2';
import { hash as bcryptHash } from '@node-rs/bcrypt';
import { decodeBcrypt } from './bcryptBase64.ts';
import { type DigestRecipe, passwordPart, type Recipe } from './recipes.ts';

const scryptInThread = promisify<string, string, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);
const pbkdf2InThread = promisify(pbkdf2);

/** Numbers of the library's `Algorithm`, which has no value at run time. */
const variants = { argon2d: 0, argon2i: 1, argon2id: 2 } as const;

/** Digests a password as the recipe's system did. All run in libuv's threads, except digests that take only microseconds. */
export async function digestBy(recipe: Recipe, password: string): Promise<Buffer> {
  switch (recipe.algorithm) {
    case 'digest':
      return digestParts(recipe, password);
    case 'bcrypt':
      return decodeBcrypt((await bcryptHash(password, recipe.cost, decodeBcrypt(recipe.salt))).slice(29));
    case 'scrypt': {
      const { n: N, r, p, salt, length } = recipe;
      return scryptInThread(password, salt, length, { N, r, p, maxmem: 130 * N * r * p + 2 ** 20 });
    }
    case 'pbkdf2':
      return pbkdf2InThread(password, recipe.salt, recipe.iterations, recipe.length, recipe.digest);
    case 'argon2': {
      const { variant, memory, passes, lanes, salt, length } = recipe;
      const cost = { memoryCost: memory, timeCost: passes, parallelism: lanes, outputLen: length };
      return hashRaw(password, { ...cost, algorithm: variants[variant], salt: Buffer.from(salt, 'base64') });
    }
  }
}

function digestParts({ digest, input, key, times = 0 }: Omit<DigestRecipe, 'algorithm'>, password: string): Buffer {
  const hash = key === undefined ? createHash(digest) : createHmac(digest, key);
  for (const part of input) {
    if (part === passwordPart) hash.update(password);
    else hash.update(typeof part === 'string' ? part : digestParts(part, password).toString(part.encoding));
  }
  let bytes = hash.digest();
  for (let time = 0; time < times; time++) bytes = createHash(digest).update(bytes).digest();
  return bytes;
}
