import type { Updateable } from 'kysely';
import type { UserTable } from '../store/schema.ts';

/** Columns of a user's row as every tombstone has them: without names, profile, password and custom fields. */
export const erasedColumns = {
  nickname: null,
  avatar: null,
  gender: null,
  language: null,
  city: null,
  province: null,
  country: null,
  is_authorized: 0,
  username: null,
  email: null,
  email_verified: 0,
  email_proved: null,
  phone: null,
  phone_verified: 0,
  phone_proved: null,
  password_hash: null,
  fields: '{}',
  banned_reason: null,
  banned_until: null,
  merged_from: null,
} as const satisfies Updateable<UserTable>;
