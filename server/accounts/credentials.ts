import type { AuditTrail } from '../audit/trail.ts';
import type { Sealing } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import { checkPassword } from '../importedPasswords/check.ts';
import { isImported } from '../importedPasswords/importedHash.ts';
import { replaceStored } from '../importedPasswords/kinds.ts';
import { isPostgres } from '../store/isPostgres.ts';
import { type Placeholders, prepare } from '../store/prepared.ts';
import type { LoginName, LoginNameKind } from '../store/schema.ts';
import type { Tenant, TenantRows, Transaction } from '../store/tenant.ts';
import { type Claimed, claimsTo, fewOf } from './claims.ts';
import type { Passwords } from './passwords.ts';

/** A password that was right when it was checked. */
export interface Credentials {
  userId: number;
  passwordHash: string;
  /** Argon2id of the password, if `passwordHash` was imported from another system. */
  replacement?: string;
}

const findNamed = prepare((store, { tenantId, kind, value }: Placeholders<{ tenantId: string; kind: LoginNameKind; value: LoginName }>) =>
  store
    .selectFrom('login_names')
    .innerJoin('users', (join) => join.onRef('users.tenant_id', '=', 'login_names.tenant_id').onRef('users.id', '=', 'login_names.user_id'))
    .select(['users.id', 'users.password_hash'])
    .where('login_names.tenant_id', '=', tenantId)
    .where('login_names.kind', '=', kind)
    .where('login_names.value', '=', value),
);

const findClaiming = (order: 'asc' | 'desc') =>
  prepare((store, claimed: Placeholders<Claimed>) => claimsTo(store, claimed, order).select(['users.id', 'users.password_hash']));
const findNewestClaiming = findClaiming('desc');
const findOldestClaiming = findClaiming('asc');

interface Candidate {
  id: number;
  password_hash: string | null;
}

/** Finds the users whom a name may mean: its owner (username, verified address or number), otherwise up to `maxClaims` claimants. */
export async function findCandidates({ id, store }: TenantRows, kind: LoginNameKind, value: LoginName): Promise<Candidate[]> {
  const [named] = await findNamed(store, { tenantId: id, kind, value });
  if (named || kind === 'username') return named ? [named] : [];
  const claimed = { tenantId: id, kind, value };
  return fewOf(await findNewestClaiming(store, claimed), () => findOldestClaiming(store, claimed));
}

/**
 * Finds the user with a login name and a password.
 *
 * @throws credentials_invalid for an unknown name, a user without a password and a wrong password, after the same time. An unverified
 *   name costs a hash for each of its claims.
 */
export async function findByCredentials(
  tenant: Tenant & Sealing,
  { passwords, audit }: { passwords: Passwords; audit: AuditTrail },
  kind: LoginNameKind,
  value: LoginName,
  password: string,
): Promise<Credentials> {
  const candidates = await findCandidates(tenant, kind, value);
  for (const { id, password_hash } of candidates) {
    const matches = await checkPassword(tenant, passwords, password_hash, password);
    if (!matches || password_hash === null) continue;
    const credentials = { userId: id, passwordHash: password_hash };
    return isImported(password_hash) ? { ...credentials, replacement: await passwords.hash(password) } : credentials;
  }
  if (candidates.length === 0) await checkPassword(tenant, passwords, undefined, password);
  const [only, ...others] = candidates;
  const userId = others.length === 0 ? only?.id : undefined;
  audit.record(tenant, { event: 'login_failed', userId, method: kind, errorCode: 'credentials_invalid' });
  throw new ApiError('credentials_invalid');
}

/**
 * Locks a verified password until the transaction ends. A change that was committed during the slow verification has ended all sessions,
 * so this login must not open another. An imported hash is replaced.
 *
 * @returns the user's id
 * @throws credentials_invalid if the password has changed
 */
export async function holdCredentials(tx: Transaction, { userId, passwordHash, replacement }: Credentials): Promise<number> {
  const { id, store } = tx;
  if (replacement !== undefined && (await replaceStored(tx, userId, passwordHash, replacement))) return userId;
  const user = await store
    .selectFrom('users')
    .select('id')
    .where('tenant_id', '=', id)
    .where('id', '=', userId)
    .where('password_hash', '=', passwordHash)
    // SQLite has no such clause and needs none: it runs one writing transaction at a time.
    .$if(isPostgres(store), (query) => query.forShare())
    .executeTakeFirst();
  if (!user) throw new ApiError('credentials_invalid');
  return user.id;
}
