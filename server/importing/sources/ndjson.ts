import * as z from 'zod';
import { isStorable } from '../../accounts/customFields.ts';
import { hashSessionToken } from '../../crypto/tokens.ts';
import { readSelfDescribing } from '../../importedPasswords/foreignForms.ts';
import type { ImportedHash } from '../../importedPasswords/importedHash.ts';
import { digestLengthOf, recipe } from '../../importedPasswords/recipes.ts';
import { identityPlatformNamed } from '../../platforms/index.ts';
import { type ImportedIdentity, type MergedAccount, type Problem, RefusedRecord } from '../importedUser.ts';
import type { Source } from '../source.ts';
import { latestTime, shortestToken } from '../values.ts';

const text = z.string().min(1);
const storable = z.string().refine(isStorable, 'holds a character that cannot be stored');
const time = z.int().min(0).max(latestTime, 'must be in seconds');

/** Whether a text can name the system that users come from (schema `LegacySource`). */
export const isSourceName = (name: string): boolean => /^[a-z][a-z0-9-]{0,31}$/.test(name);

const password = z.union([
  text,
  z.strictObject({ recipe, hash: text, encoding: z.enum(['hex', 'base64']).default('hex') }),
  z.strictObject({ recipe, wrapped: z.string().refine(isArgon2id, 'must be a hash of argon2id whose cost is allowed') }),
]);

function isArgon2id(phc: string): boolean {
  const read = phc.startsWith('$argon2id$') ? readSelfDescribing(phc) : undefined;
  return read !== undefined && recipe.safeParse(read.recipe).success;
}

const identity = z.strictObject({
  platform: text,
  platform_app_id: text.max(128),
  openid: text,
  former_openid: text.nullish(),
  unionid: text.nullish(),
  profile: z.record(z.string(), z.unknown()).nullish(),
});

const session = z.union([
  z.strictObject({ token: z.string().min(shortestToken), expires_at: time.nullish() }),
  z.strictObject({
    token_hash: z.string().regex(/^[0-9a-f]{0,12}[A-Za-z0-9_-]{43}$/, 'is no hash of a session'),
    expires_at: time.nullish(),
  }),
]);

const ids = {
  legacy_id: z.union([text, z.int()]).nullish(),
  legacy_source: z.string().refine(isSourceName, 'must be a name of lower-case letters, digits and dashes').nullish(),
  id: z.int().min(1).nullish(),
  created_at: time.nullish(),
  updated_at: time.nullish(),
};

const line = z.strictObject({
  ...ids,
  username: text.nullish(),
  email: text.nullish(),
  email_verified: z.boolean().default(false),
  email_proved: text.nullish(),
  phone: text.nullish(),
  phone_verified: z.boolean().default(false),
  phone_proved: text.nullish(),
  password: password.nullish(),
  identities: z.array(identity).default([]),
  nickname: z.string().nullish(),
  avatar: z.string().nullish(),
  gender: z.int().min(0).max(2).nullish(),
  language: z.string().nullish(),
  city: z.string().nullish(),
  province: z.string().nullish(),
  country: z.string().nullish(),
  is_authorized: z.boolean().default(false),
  anonymous: z.boolean().default(false),
  fields: z.record(z.string(), z.unknown()).default({}),
  state: z.enum(['active', 'banned', 'closing', 'closed']).default('active'),
  banned_reason: storable.max(256).nullish(),
  banned_until: time.nullish(),
  closing_at: time.nullish(),
  merged: z.array(z.strictObject(ids)).default([]),
  sessions: z.array(session).default([]),
});

/** A line of this server's own format, which `export` writes and a home-made table can be converted to (docs/import/ndjson.md). */
export type UserLine = z.input<typeof line>;

export const ndjson: Source = {
  name: 'ndjson',
  isUsersFile: (name) => /\.(nd)?jsonl?(\.gz)?$/.test(name),
  convert(record, { sourceName }) {
    const { success, data: user, error } = line.safeParse(record);
    if (!success) throw new RefusedRecord(error.issues.map(({ path, message }) => `${path.join('.') || 'line'}: ${message}`).join('; '));
    const problems: Problem[] = [];
    const profile = {
      nickname: user.nickname ?? undefined,
      avatar: user.avatar ?? undefined,
      gender: user.gender ?? undefined,
      language: user.language ?? undefined,
      city: user.city ?? undefined,
      province: user.province ?? undefined,
      country: user.country ?? undefined,
    };
    return {
      ...readIds(user, sourceName),
      username: user.username ?? undefined,
      email: nameOf(user.email, user.email_verified, user.email_proved),
      phone: nameOf(user.phone, user.phone_verified, user.phone_proved),
      password: user.password == null ? undefined : readPassword(user.password, problems),
      identities: user.identities.flatMap((given) => toIdentity(given, problems)),
      profile,
      isAuthorized: user.is_authorized,
      fields: user.fields,
      anonymous: user.anonymous,
      banned: user.state === 'banned' ? { reason: user.banned_reason ?? '', until: user.banned_until ?? undefined } : undefined,
      closingAt: user.closing_at ?? undefined,
      isClosed: user.state === 'closed',
      merged: user.merged.map((account) => readIds(account, sourceName)),
      sessions: user.sessions.map((each) => ({
        tokenHash: 'token' in each ? hashSessionToken(each.token) : each.token_hash,
        expiresAt: each.expires_at ?? undefined,
      })),
      problems,
    };
  },
};

/** @throws RefusedRecord if the account has no id */
function readIds(given: z.infer<z.ZodObject<typeof ids>>, sourceName: string): MergedAccount {
  const legacyId = given.legacy_id ?? given.id;
  if (legacyId === undefined || legacyId === null) throw new RefusedRecord('has neither legacy_id nor id');
  return {
    legacyId: String(legacyId),
    source: given.legacy_source ?? sourceName,
    wantedId: given.id ?? undefined,
    createdAt: given.created_at ?? undefined,
    updatedAt: given.updated_at ?? undefined,
  };
}

const nameOf = (value: string | null | undefined, verified: boolean, proved: string | null | undefined) =>
  value == null ? undefined : { value, verified, proved: proved ?? undefined };

function toIdentity(given: z.infer<typeof identity>, problems: Problem[]): ImportedIdentity[] {
  const platform = identityPlatformNamed(given.platform);
  if (platform === undefined) {
    problems.push({ kind: 'identity', about: given.platform, reason: 'is no platform of this server' });
    return [];
  }
  const { platform_app_id: platformAppId, openid, former_openid, unionid, profile } = given;
  const optional = { formerOpenid: former_openid ?? undefined, unionid: unionid ?? undefined, profile: profile ?? undefined };
  return [{ platform, platformAppId, openid, ...optional }];
}

function readPassword(given: z.infer<typeof password>, problems: Problem[]): ImportedHash | undefined {
  if (typeof given === 'string') {
    const hash = readSelfDescribing(given);
    if (!hash) problems.push({ kind: 'password', reason: 'is no hash that is known: describe it with a recipe' });
    return hash;
  }
  if ('wrapped' in given) return { recipe: given.recipe, wrapped: given.wrapped };
  const { recipe: own, hash, encoding } = given;
  const digest = Buffer.from(hash, encoding);
  const refuse = (reason: string) => void problems.push({ kind: 'password', reason });
  if (!isWhole(hash, encoding, digest)) return refuse(`is no hash in ${encoding}`);
  if (digest.length !== digestLengthOf(own)) return refuse(`has ${digest.length} bytes, and its recipe makes ${digestLengthOf(own)}`);
  return { recipe: own, digest };
}

/** Whether a text was decoded to its end: Node.js stops at, or skips, what does not belong there. */
const isWhole = (given: string, encoding: 'hex' | 'base64', digest: Buffer): boolean =>
  digest.toString(encoding).replace(/=+$/, '') === (encoding === 'hex' ? given.toLowerCase() : given.replace(/=+$/, ''));
