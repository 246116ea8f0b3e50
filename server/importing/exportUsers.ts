import { profileFields } from '../accounts/profiles.ts';
import { isTombstone } from '../accounts/userState.ts';
import { mergedFrom } from '../accounts/users.ts';
import type { Sealing } from '../crypto/vault.ts';
import { isBare, isImported, openHash } from '../importedPasswords/importedHash.ts';
import type { IdentityRow, UserRow } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
import { isOneOf } from './bulk.ts';
import type { UserLine } from './sources/ndjson.ts';

/** Users that are read at a time. */
const batchSize = 500;

/** Name of this server as the source of users who were born here. */
const ownSource = 'miniprogram-login';

export interface ExportParts {
  /** Whether password hashes and the hashes of session tokens are exported. */
  secrets: boolean;
}

/**
 * Reads all users by their ids, as lines that `import ndjson` takes back. Merged accounts are in the line of the user who took them in, and a
 * closed one is a line of its ids, so that no later import creates it anew.
 */
export async function* exportUsers(tenant: Tenant & Sealing, parts: ExportParts): AsyncGenerator<UserLine[]> {
  for (let last = 0; ; ) {
    const users = await tenant.store
      .selectFrom('users')
      .selectAll()
      .where('tenant_id', '=', tenant.id)
      .where('id', '>', last)
      .orderBy('id')
      .limit(batchSize)
      .execute();
    const open = users.filter((user) => !isTombstone(user));
    const ids = open.map(({ id }) => id);
    const identities = Map.groupBy(await identitiesOf(tenant, ids), ({ user_id }) => user_id);
    const sessions = parts.secrets ? Map.groupBy(await sessionsOf(tenant, ids), ({ user_id }) => user_id) : undefined;
    const merged = new Map((await mergedAccounts(tenant, open.flatMap(mergedFrom))).map((row) => [row.id, row]));
    const openLine = (user: UserRow): UserLine => ({
      ...userLine(user),
      ...(parts.secrets && user.password_hash !== null && { password: passwordOf(tenant, user.password_hash) }),
      identities: (identities.get(user.id) ?? []).map(identityLine),
      ...(sessions && { sessions: (sessions.get(user.id) ?? []).map(({ user_id, ...session }) => session) }),
      ...(user.merged_from !== null && {
        merged: mergedFrom(user)
          .flatMap((id) => merged.get(id) ?? [])
          .map(idsLine),
      }),
    });
    yield users.flatMap((user): UserLine[] => {
      if (user.state === 'merged') return [];
      return [user.state === 'closed' ? { ...idsLine(user), state: 'closed' } : openLine(user)];
    });
    if (users.length < batchSize) return;
    last = users.at(-1)?.id ?? 0;
  }
}

const idsLine = ({ id, created_at, updated_at, legacy_id, legacy_source }: IdColumns) => ({
  legacy_id: legacy_id ?? String(id),
  legacy_source: legacy_source ?? ownSource,
  id,
  created_at,
  updated_at,
});

type IdColumns = Pick<UserRow, 'id' | 'created_at' | 'updated_at' | 'legacy_id' | 'legacy_source'>;

function userLine(user: UserRow): UserLine {
  const { username, email, email_proved, phone, phone_proved } = user;
  const profile = Object.fromEntries(profileFields.flatMap((name) => (user[name] === null ? [] : [[name, user[name]]])));
  return {
    ...idsLine(user),
    ...(username !== null && { username }),
    ...(email !== null && { email, email_verified: user.email_verified === 1 }),
    ...(email_proved !== null && { email_proved }),
    ...(phone !== null && { phone, phone_verified: user.phone_verified === 1 }),
    ...(phone_proved !== null && { phone_proved }),
    ...profile,
    ...(user.is_authorized === 1 && { is_authorized: true }),
    ...(user.is_anonymous === 1 && { anonymous: true }),
    ...(user.fields !== '{}' && { fields: JSON.parse(user.fields) }),
    ...(user.state === 'banned' && { state: 'banned', banned_reason: user.banned_reason, banned_until: user.banned_until }),
    ...(user.closing_at !== null && { closing_at: user.closing_at }),
  };
}

/** A native hash as it is, an imported one with its recipe. */
function passwordOf(tenant: Sealing, stored: string): UserLine['password'] {
  if (!isImported(stored)) return stored;
  const imported = openHash(tenant, stored);
  if (!imported) throw new Error('an imported password cannot be decrypted: is SECRET_KEY that of the server?');
  if (!isBare(imported)) return imported;
  return { recipe: imported.recipe, hash: imported.digest.toString('hex'), encoding: 'hex' };
}

const identityLine = ({ platform, platform_app_id, openid, former_openid, unionid, profile }: ExportedIdentity) => ({
  platform,
  platform_app_id,
  openid,
  ...(former_openid !== null && { former_openid }),
  ...(unionid !== null && { unionid }),
  ...(profile !== '{}' && { profile: JSON.parse(profile) }),
});

type ExportedIdentity = Pick<IdentityRow, 'platform' | 'platform_app_id' | 'openid' | 'former_openid' | 'unionid' | 'profile'>;

const mergedAccounts = ({ id, store }: Tenant, users: readonly number[]) =>
  store
    .selectFrom('users')
    .select(['id', 'created_at', 'updated_at', 'legacy_id', 'legacy_source'])
    .where('tenant_id', '=', id)
    .where('state', '=', 'merged')
    .where(isOneOf(store, 'id', users))
    .execute();

const identitiesOf = ({ id, store }: Tenant, users: readonly number[]) =>
  store
    .selectFrom('identities')
    .select(['user_id', 'platform', 'platform_app_id', 'openid', 'former_openid', 'unionid', 'profile'])
    .where('tenant_id', '=', id)
    .where(isOneOf(store, 'user_id', users))
    .orderBy('platform')
    .orderBy('platform_app_id')
    .execute();

const sessionsOf = ({ id, store, now }: Tenant, users: readonly number[]) =>
  store
    .selectFrom('sessions')
    .select(['user_id', 'token_hash', 'expires_at'])
    .where('tenant_id', '=', id)
    .where(isOneOf(store, 'user_id', users))
    .where('expires_at', '>', now())
    .orderBy('token_hash')
    .execute();
