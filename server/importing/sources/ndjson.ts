import * as z from 'zod';
import { hashSessionToken } from '../../crypto/tokens.ts';
import { readSelfDescribing } from '../../importedPasswords/foreignForms.ts';
import type { ImportedHash } from '../../importedPasswords/importedHash.ts';
import { recipe } from '../../importedPasswords/recipes.ts';
import { platformNamed } from '../../platforms/index.ts';
import { type ImportedIdentity, type Problem, RefusedRecord } from '../importedUser.ts';
import type { Source } from '../source.ts';

const text = z.string().min(1);
const time = z.int().min(0);

const password = z.union([
  text,
  z.strictObject({ recipe, hash: text, encoding: z.enum(['hex', 'base64']).default('hex') }),
  z.strictObject({ recipe, wrapped: z.string().startsWith('$argon2id$') }),
]);

const identity = z.strictObject({
  platform: text,
  platform_app_id: text.max(128),
  openid: text,
  former_openid: text.nullish(),
  unionid: text.nullish(),
  profile: z.record(z.string(), z.unknown()).nullish(),
});

const session = z.union([
  z.strictObject({ token: z.string().min(20), expires_at: time.nullish() }),
  z.strictObject({ token_hash: text.max(64), expires_at: time.nullish() }),
]);

const line = z.strictObject({
  legacy_id: z.union([text, z.int()]).nullish(),
  legacy_source: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, 'must be a name of lower-case letters, digits and dashes')
    .nullish(),
  id: z.int().min(1).nullish(),
  created_at: time.nullish(),
  updated_at: time.nullish(),
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
  state: z.enum(['active', 'banned', 'closing']).default('active'),
  banned_reason: z.string().max(256).nullish(),
  banned_until: time.nullish(),
  closing_at: time.nullish(),
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
    const legacyId = user.legacy_id ?? user.id;
    if (legacyId === undefined || legacyId === null) throw new RefusedRecord('has neither legacy_id nor id');
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
      legacyId: String(legacyId),
      source: user.legacy_source ?? sourceName,
      wantedId: user.id ?? undefined,
      createdAt: user.created_at ?? undefined,
      updatedAt: user.updated_at ?? undefined,
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
      sessions: user.sessions.map((each) => ({
        tokenHash: 'token' in each ? hashSessionToken(each.token) : each.token_hash,
        expiresAt: each.expires_at ?? undefined,
      })),
      problems,
    };
  },
};

const nameOf = (value: string | null | undefined, verified: boolean, proved: string | null | undefined) =>
  value == null ? undefined : { value, verified, proved: proved ?? undefined };

function toIdentity(given: z.infer<typeof identity>, problems: Problem[]): ImportedIdentity[] {
  const platform = platformNamed(given.platform);
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
  const digest = Buffer.from(given.hash, given.encoding);
  if (digest.length >= 16) return { recipe: given.recipe, digest };
  return void problems.push({ kind: 'password', reason: `is no hash in ${given.encoding}` });
}
