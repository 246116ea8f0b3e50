import { newId } from '../accounts/ids.ts';
import { sessionLifetime } from '../accounts/sessions.ts';
import type { Vault } from '../crypto/vault.ts';
import { sealHash } from '../importedPasswords/importedHash.ts';
import type { Flag, UserState } from '../store/schema.ts';
import type { MergedAccount } from './importedUser.ts';
import { claimsOf, namesOf } from './keys.ts';
import type { PreparedUser } from './prepare.ts';

/** Columns of a user's row that an import writes. */
export const userColumns = [
  ...['tenant_id', 'id', 'created_at', 'updated_at', 'nickname', 'avatar', 'gender', 'language', 'city', 'province', 'country'],
  ...['is_authorized', 'is_anonymous', 'username', 'email', 'email_verified', 'email_proved', 'phone', 'phone_verified', 'phone_proved'],
  ...['password_hash', 'fields', 'state', 'banned_reason', 'banned_until', 'closing_at', 'legacy_id', 'legacy_source'],
] as const;

export interface RowContext {
  tenantId: string;
  vault: Vault;
  /** Unix seconds. */
  now: number;
}

const flag = (value: boolean | undefined): Flag => (value ? 1 : 0);

/** A user's row. */
export function toUserRow({ tenantId, vault, now }: RowContext, { user, username, addresses }: PreparedUser, id: number) {
  const { profile, banned, createdAt = now, updatedAt = createdAt } = user;
  const { email, phone } = addresses;
  const state: UserState = user.isClosed ? 'closed' : banned ? 'banned' : user.closingAt === undefined ? 'active' : 'closing';
  return {
    tenant_id: tenantId,
    id,
    created_at: createdAt,
    updated_at: updatedAt,
    nickname: profile.nickname ?? null,
    avatar: profile.avatar ?? null,
    gender: profile.gender ?? null,
    language: profile.language ?? null,
    city: profile.city ?? null,
    province: profile.province ?? null,
    country: profile.country ?? null,
    is_authorized: flag(user.isAuthorized),
    is_anonymous: flag(user.anonymous),
    username: username === undefined ? null : (user.username ?? null),
    email: email?.value ?? null,
    email_verified: flag(email?.verified),
    email_proved: email?.proved ?? null,
    phone: phone?.value ?? null,
    phone_verified: flag(phone?.verified),
    phone_proved: phone?.proved ?? null,
    password_hash: user.password ? sealHash(vault, user.password) : null,
    fields: JSON.stringify(user.fields),
    state,
    banned_reason: banned?.reason ?? null,
    banned_until: banned?.until ?? null,
    closing_at: user.closingAt ?? null,
    legacy_id: user.legacyId,
    legacy_source: user.source,
  };
}

/** Columns of the row of a merged account. */
export const tombstoneColumns = [
  'tenant_id',
  'id',
  'created_at',
  'updated_at',
  'state',
  'merged_into',
  'legacy_id',
  'legacy_source',
] as const;
export const toTombstoneRows = ({ tenantId, now }: RowContext, merged: readonly MergedAccount[], survivorId: number) =>
  merged.map(({ legacyId, source, wantedId, createdAt = now, updatedAt = createdAt }) => ({
    tenant_id: tenantId,
    id: wantedId ?? newId(),
    created_at: createdAt,
    updated_at: updatedAt,
    state: 'merged' satisfies UserState,
    merged_into: survivorId,
    legacy_id: legacyId,
    legacy_source: source,
  }));

export const nameColumns = ['tenant_id', 'kind', 'value', 'user_id'] as const;
export const toNameRows = ({ tenantId }: RowContext, prepared: PreparedUser, userId: number) =>
  namesOf(prepared).map(({ kind, value }) => ({ tenant_id: tenantId, kind, value, user_id: userId }));

export const claimColumns = ['tenant_id', 'kind', 'value', 'user_id', 'claimed_at'] as const;
export const toClaimRows = ({ tenantId, now }: RowContext, prepared: PreparedUser, userId: number) =>
  claimsOf(prepared).map(({ kind, value }) => ({
    tenant_id: tenantId,
    kind,
    value,
    user_id: userId,
    claimed_at: prepared.user.createdAt ?? now,
  }));

export const identityColumns = [
  ...['tenant_id', 'platform', 'platform_app_id', 'openid', 'former_openid', 'id', 'user_id', 'unionid', 'profile'],
  ...['created_at', 'updated_at'],
] as const;
export const toIdentityRows = ({ tenantId, now }: RowContext, { user }: PreparedUser, userId: number) =>
  user.identities.map(({ platform, platformAppId, openid, formerOpenid, unionid, profile }) => ({
    tenant_id: tenantId,
    platform,
    platform_app_id: platformAppId,
    openid,
    former_openid: formerOpenid ?? null,
    id: newId(),
    user_id: userId,
    unionid: unionid ?? null,
    profile: JSON.stringify(profile ?? {}),
    created_at: user.createdAt ?? now,
    updated_at: now,
  }));

export const sessionColumns = [
  ...['tenant_id', 'token_hash', 'user_id', 'platform', 'id', 'created_at', 'last_used_at', 'address', 'expires_at'],
] as const;
/** Sessions end when they did, and no later than this server's own. */
export const toSessionRows = ({ tenantId, now }: RowContext, { user }: PreparedUser, userId: number) =>
  user.sessions.flatMap(({ tokenHash, expiresAt = Number.POSITIVE_INFINITY }) => {
    const expires_at = Math.min(expiresAt, now + sessionLifetime);
    if (expires_at <= now) return [];
    const columns = { tenant_id: tenantId, token_hash: tokenHash, user_id: userId, platform: null, id: newId(), address: null };
    return [{ ...columns, created_at: now, last_used_at: now, expires_at }];
  });
