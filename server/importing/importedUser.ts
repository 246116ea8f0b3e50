import type { ImportedHash } from '../importedPasswords/importedHash.ts';
import type { ProfileFields } from '../platforms/platform.ts';
import type { IdentityPlatform } from '../store/schema.ts';

/** A user of another system, in the terms of this one. Texts are as the source has them. */
export interface ImportedUser {
  legacyId: string;
  source: string;
  /** The id that the user gets here if it is free. */
  wantedId?: number | undefined;
  /** Unix seconds. */
  createdAt?: number | undefined;
  /** Unix seconds. A later import takes over what was changed since. */
  updatedAt?: number | undefined;
  username?: string | undefined;
  email?: ImportedName | undefined;
  phone?: ImportedName | undefined;
  password?: ImportedHash | undefined;
  identities: ImportedIdentity[];
  profile: ProfileFields;
  isAuthorized?: boolean | undefined;
  fields: Record<string, unknown>;
  anonymous?: boolean | undefined;
  banned?: { reason: string; until?: number | undefined } | undefined;
  /** Unix seconds; the account is to be closed then. */
  closingAt?: number | undefined;
  /** The account was closed, and nothing but its ids is left. */
  isClosed?: boolean | undefined;
  /** Accounts that were merged into this one, in the order of the merges. */
  merged?: MergedAccount[] | undefined;
  sessions: ImportedSession[];
  /** Found while the record was read. */
  problems: Problem[];
}

/** An address or a number. */
export interface ImportedName {
  value: string;
  verified: boolean;
  /** The verified one, if `value` waits for its proof. */
  proved?: string | undefined;
}

export interface ImportedIdentity {
  platform: IdentityPlatform;
  platformAppId: string;
  openid: string;
  formerOpenid?: string | undefined;
  unionid?: string | undefined;
  profile?: Record<string, unknown> | undefined;
}

export interface ImportedSession {
  tokenHash: string;
  /** Unix seconds; the longest that a session lasts if absent. */
  expiresAt?: number | undefined;
}

/** The ids of an account that was merged into another. */
export interface MergedAccount {
  legacyId: string;
  source: string;
  wantedId?: number | undefined;
  createdAt?: number | undefined;
  updatedAt?: number | undefined;
}

/** The part that a problem is about. All but a line and a key can be left out of the user with `--drop`. */
export const droppable = ['id', 'username', 'email', 'phone', 'identity', 'password', 'profile', 'field', 'session', 'merged'] as const;
export type Droppable = (typeof droppable)[number];
/** `line`: it is no user. `key`: the operator has to say what a key of the source means. */
export type ProblemKind = Droppable | 'line' | 'key';

/** A reason why a record, or a part of it, cannot be imported as it is. */
export interface Problem {
  kind: ProblemKind;
  reason: string;
  /** The field, key or name. */
  about?: string;
  /** The account that has it already: `user 123`, or the id of another record. */
  other?: string;
}

/** A record that is no user, with the reason. */
export class RefusedRecord extends Error {}

/** Names an account by the system that it comes from and its id there. */
export const recordOf = ({ source, legacyId }: Pick<ImportedUser, 'source' | 'legacyId'>): string => `${source} ${legacyId}`;
