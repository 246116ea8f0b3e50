import * as z from 'zod';

/**
 * A digest, or an HMAC if it has a key, of its parts in order: `@` is the password, other texts are literal, and a nested digest is its
 * encoded value. Applied `times` more times to the resulting bytes. Covers home-made tables and systems that document such a chain.
 */
export interface DigestRecipe {
  algorithm: 'digest';
  digest: (typeof digests)[number];
  input: readonly (string | NestedDigest)[];
  key?: string | undefined;
  times?: number | undefined;
}

/** A digest within a digest. */
export interface NestedDigest extends Omit<DigestRecipe, 'algorithm'> {
  encoding: 'hex' | 'base64';
}

const digests = ['md5', 'sha1', 'sha256', 'sha512'] as const;
/** The password in the input of a digest. */
export const passwordPart = '@';

const text = z.string().max(256);
const times = z.int().min(0).max(10_000).optional();

/** @param depth maximum nesting of digests */
const digestFields = (depth: number) => ({
  digest: z.enum(digests),
  input: z
    .array(depth === 0 ? text : z.union([text, nested(depth - 1)]))
    .min(1)
    .max(8),
  key: text.optional(),
  times,
});
const nested = (depth: number): z.ZodType<NestedDigest> => z.strictObject({ ...digestFields(depth), encoding: z.enum(['hex', 'base64']) });
const digest: z.ZodType<DigestRecipe> = z.strictObject({ algorithm: z.literal('digest'), ...digestFields(2) });

/** The limits on costs keep one login from occupying a thread for longer than about a second. */
const bcrypt = z.strictObject({
  algorithm: z.literal('bcrypt'),
  cost: z.int().min(4).max(14),
  /** 16 bytes in bcrypt's own base64. */
  salt: z.string().regex(/^[./A-Za-z0-9]{22}$/),
});
const scrypt = z.strictObject({
  algorithm: z.literal('scrypt'),
  n: z.int().refine((n) => n > 1 && n <= 2 ** 17 && Number.isInteger(Math.log2(n)), 'must be a power of 2, at most 131072'),
  r: z.int().min(1).max(16),
  p: z.int().min(1).max(4),
  salt: text,
  /** Bytes of the key. */
  length: z.int().min(16).max(128),
});
const pbkdf2 = z.strictObject({
  algorithm: z.literal('pbkdf2'),
  digest: z.enum(['sha1', 'sha256', 'sha512']),
  iterations: z.int().min(1).max(2_000_000),
  salt: text,
  length: z.int().min(16).max(128),
});
const argon2 = z.strictObject({
  algorithm: z.literal('argon2'),
  variant: z.enum(['argon2d', 'argon2i', 'argon2id']),
  /** KiB. */
  memory: z.int().min(8).max(262_144),
  passes: z.int().min(1).max(16),
  lanes: z.int().min(1).max(16),
  /** Base64. */
  salt: z.base64().max(256),
  length: z.int().min(16).max(128),
});

/** The way in which another system digested a password, with the salt. */
export const recipe = z.union([digest, bcrypt, scrypt, pbkdf2, argon2]);
export type Recipe = z.infer<typeof recipe>;

const digestLengths = { md5: 16, sha1: 20, sha256: 32, sha512: 64 };

/** Bytes of the digest that a recipe makes. */
export const digestLengthOf = (own: Recipe): number =>
  own.algorithm === 'digest' ? digestLengths[own.digest] : own.algorithm === 'bcrypt' ? 23 : own.length;

/**
 * The recipe with one user's salts and keys replaced. It costs the same, and is equal for all users with hashes of one kind.
 *
 * @returns a recipe of no user
 */
export function withoutSalt(own: Recipe): Recipe {
  switch (own.algorithm) {
    case 'digest':
      return withoutLiterals(own);
    case 'bcrypt':
      return { ...own, salt: 'abcdefghijklmnopqrstuu' };
    case 'argon2':
      return { ...own, salt: Buffer.alloc(16).toString('base64') };
    default:
      return { ...own, salt: 'salt' };
  }
}

function withoutLiterals<T extends DigestRecipe | NestedDigest>(chain: T): T {
  const input = chain.input.map((part) => {
    if (typeof part !== 'string') return withoutLiterals(part);
    return part === passwordPart ? part : '';
  });
  return { ...chain, input, ...(chain.key !== undefined && { key: 'key' }) };
}
