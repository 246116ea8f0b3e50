import type { ColumnType, Generated, Insertable, Kysely, Selectable } from 'kysely';
import type { PlatformName } from '../../generated/operations.ts';
import type { components } from '../../generated/types.ts';

/** A platform that people log in with on web pages. */
export type WebProvider = components['schemas']['WebLoginProvider'];
/** A platform that identities and sessions can come from. */
export type IdentityPlatform = PlatformName | WebProvider;

/** 0 or 1: SQLite has no booleans. */
export type Flag = 0 | 1;
type Defaulted<T> = ColumnType<T, T | undefined, T>;

declare const loginName: unique symbol;
declare const phoneNumber: unique symbol;
/** A normalised login name. Only `accounts/loginNames.ts` and `accounts/phoneNumber.ts` make one. */
export type LoginName = string & { readonly [loginName]: true };
/** A phone number in its canonical form. Only `accounts/phoneNumber.ts` makes one. */
export type PhoneNumber = LoginName & { readonly [phoneNumber]: true };
/** A column that is read and compared as a type, and may be written as text. */
type Written<T extends string> = ColumnType<T, string, string>;
type Named<T extends string> = ColumnType<T | null, string | null | undefined, string | null>;

/**
 * `active`; `banned`, by an operator; `closing`, until `closing_at`; `closed` and `merged`, tombstones without personal data, the latter with the id of the account that it was merged into. Code reads it through `accounts/userState.ts`, which knows that a ban may be over.
 */
export type UserState = 'active' | 'banned' | 'closing' | 'closed' | 'merged';

/** A user of an app. Profile fields are null until they are assigned, which `setnx` checks. */
export interface UserTable {
  tenant_id: string;
  id: number;
  created_at: number;
  updated_at: number;
  nickname: Defaulted<string | null>;
  avatar: Defaulted<string | null>;
  gender: Defaulted<number | null>;
  language: Defaulted<string | null>;
  city: Defaulted<string | null>;
  province: Defaulted<string | null>;
  country: Defaulted<string | null>;
  is_authorized: Defaulted<Flag>;
  is_anonymous: Defaulted<Flag>;
  username: Defaulted<string | null>;
  email: Named<LoginName>;
  email_verified: Defaulted<Flag>;
  /** The verified address, which stays valid until `email` is verified; null at any other time. */
  email_proved: Named<LoginName>;
  phone: Named<PhoneNumber>;
  phone_verified: Defaulted<Flag>;
  /** The same for `phone`. */
  phone_proved: Named<PhoneNumber>;
  /** Argon2id in PHC form, or an imported hash (`importedPasswords/importedHash.ts`). Null while no password is set. */
  password_hash: Defaulted<string | null>;
  /** JSON: the app's custom fields. */
  fields: Defaulted<string>;
  state: Defaulted<UserState>;
  /** For operators, never shown to the user. */
  banned_reason: Defaulted<string | null>;
  /** Unix seconds; null for a ban without an end. */
  banned_until: Defaulted<number | null>;
  /** Unix seconds at which the account will be closed, also while it is banned; in a tombstone, until the rest of its data is erased. */
  closing_at: Defaulted<number | null>;
  /** The user that this one was merged into. */
  merged_into: Defaulted<number | null>;
  /** JSON: the ids of the accounts that were merged into this one; null if there are none. */
  merged_from: Defaulted<string | null>;
  /** The user's id in the system that it was imported from. */
  legacy_id: Defaulted<string | null>;
  /** That system. */
  legacy_source: Defaulted<string | null>;
}

/** Kinds of login names that a message can reach, which verifies their owner. */
export const provableKinds = ['email', 'phone'] as const;
export type ProvableKind = (typeof provableKinds)[number];
export const loginNameKinds = ['username', 'email', 'phone'] as const satisfies ('username' | ProvableKind)[];
export type LoginNameKind = (typeof loginNameKinds)[number];

/** Login names that belong to exactly one user: usernames, and verified e-mail addresses and phone numbers. */
export interface LoginNameTable {
  tenant_id: string;
  kind: LoginNameKind;
  /** Normalised: a username without regard to case, an address in lower case. */
  value: Written<LoginName>;
  user_id: number;
}

/** An e-mail address or phone number that a user claims and has not verified. Any number of users may claim the same one. */
export interface LoginClaimTable {
  tenant_id: string;
  kind: ProvableKind;
  /** Normalised. */
  value: Written<LoginName>;
  user_id: number;
  claimed_at: number;
  /** Whether a password reset may be mailed to it; no longer after a change of the password. */
  resets: Defaulted<Flag>;
}

/** A person's identity on a platform, and the user it belongs to. */
export interface IdentityTable {
  tenant_id: string;
  platform: IdentityPlatform;
  /** The app's id at the platform. A person has a different openid in each of the platform's apps. */
  platform_app_id: string;
  openid: string;
  /** The person's id of an older kind in the app, which finds the identity like the openid: Alipay's `user_id`. Null if it is not known. */
  former_openid: Defaulted<string | null>;
  /** Public id, by which clients name the identity. */
  id: number;
  user_id: number;
  unionid: string | null;
  /** JSON: the profile that the platform returned. */
  profile: string;
  /** Sealed by the vault; null if the platform gives none. */
  session_key: string | null;
  /** Fingerprints, separated by spaces: of a session key, and of the numbers that were opened with it. */
  sealed_numbers: Defaulted<string | null>;
  /** Number of codes exchanged in the window that ends at `exchanges_until`. */
  exchanges: Defaulted<number>;
  exchanges_until: Defaulted<number>;
  created_at: number;
  updated_at: number;
}

export interface SessionTable {
  tenant_id: string;
  token_hash: string;
  user_id: number;
  /** The platform that opened the session, null for a general login. */
  platform: IdentityPlatform | null;
  /** Public id, which reveals nothing about the token. */
  id: number;
  created_at: number;
  /** Written at most once an hour (`touchSession`). */
  last_used_at: number;
  /** The network that it was last used from, roughly: an IPv4 /24 or an IPv6 /48. Null if it is not known. */
  address: string | null;
  expires_at: number;
}

/** A kind of imported hashes that a tenant's users may still have: each failed login costs what it does. */
export interface PasswordKindTable {
  tenant_id: string;
  id: string;
  /** JSON: a recipe of the same costs, without the salt of any user. */
  recipe: string;
  /** The last import of such a hash. */
  imported_at: number;
}

/** An import of users that has begun: the same command resumes it if it was interrupted. */
export interface ImportTable {
  tenant_id: string;
  /** A digest of the source, the files and the options. */
  id: string;
  source: string;
  /** Records of the files that are done. */
  records: number;
  /** JSON: the counts of the report. */
  counts: string;
  started_at: number;
  updated_at: number;
  finished_at: number | null;
}

/** An app's access token at a platform, shared by all processes. */
export interface PlatformTokenTable {
  tenant_id: string;
  platform: IdentityPlatform;
  /** The app's id at the platform. */
  platform_app_id: string;
  /** A `ticket` is what WeChat pushes to a third-party platform, which gets its access token for it. */
  kind: 'access token' | 'ticket';
  /** Sealed by the vault. */
  token: string;
  renew_at: number;
  /** Seconds from its fetch to `renew_at`. */
  lifetime: number;
}

/** A key of one of a team's own servers. */
export interface ServerKeyTable {
  tenant_id: string;
  /** Of the whole key. */
  key_hash: string;
  /** Names the key in lists and commands. */
  id: string;
  client_id: string;
  /** The operator's name for it. */
  name: string;
  /** Separated by spaces. */
  scopes: string;
  created_at: number;
  /** To the minute; null until its first use. */
  last_used_at: Defaulted<number | null>;
}

/** A key that signs access tokens. */
export interface SigningKeyTable {
  /** Empty: the keys are the server's. */
  tenant_id: string;
  /** Its thumbprint (RFC 7638), which tokens name. */
  id: string;
  /** A JSON Web Key, sealed by the vault. */
  private_key: string;
  /** A JSON Web Key. */
  public_key: string;
  created_at: number;
  /** By then, verifiers have fetched the key. */
  signs_from: number;
}

/** The latest code sent to a number. */
export interface SmsCodeTable {
  tenant_id: string;
  /** Normalised. */
  phone: Written<PhoneNumber>;
  /** The vault's fingerprint. */
  code_hash: string;
  tries_left: number;
  expires_at: number;
}

/** How a person has shown access to an account: the number was verified, or only claimed. */
export type MergeProof = 'password' | 'platform' | 'number' | 'claim';

/** A session's ticket to merge another account into its user's. */
export interface MergeTicketTable {
  tenant_id: string;
  session_hash: string;
  other_id: number;
  user_id: number;
  ticket_hash: string;
  proof: MergeProof;
  /** The vault's fingerprint of the other account's ways to log in when the ticket was made. */
  ways_in: string;
  expires_at: number;
}

/** A merge that can be undone. */
export interface MergeTable {
  tenant_id: string;
  merged_id: number;
  /** The user that the account was merged into, or the one that this user was merged into later. */
  user_id: number;
  merged_at: number;
  /** JSON of what it changed, sealed by the vault. */
  snapshot: string;
}

/** `delivered` once the page has its session. */
export type ScanLoginState = 'waiting' | 'scanned' | 'confirmed' | 'refused' | 'delivered';

/** A login that a page waits for while a phone confirms it. */
export interface ScanLoginTable {
  tenant_id: string;
  ticket_hash: string;
  /** Of the page's secret. */
  poll_hash: string;
  /** The app of the page. */
  client_id: string;
  app_name: string;
  /** The vault's fingerprint of the digits that the page shows. */
  check_hash: string;
  /** This and the next two are what the page says of itself. */
  site: string | null;
  browser: string;
  system: string;
  /** The page's network, roughly. */
  network: string | null;
  state: Defaulted<ScanLoginState>;
  /** The user who scanned it. */
  user_id: Defaulted<number | null>;
  /** The session that confirmed it. */
  session_hash: Defaulted<string | null>;
  expires_at: number;
}

export type MailLinkKind = 'verification' | 'reset';

/** The latest link of each kind that was mailed to a user. */
export interface MailLinkTable {
  tenant_id: string;
  user_id: number;
  kind: MailLinkKind;
  token_hash: string;
  /** The address that it was sent to. The link is valid only while the user has this address. */
  address: Written<LoginName>;
  expires_at: number;
}

/** A web login: begun by a page, sent to the platform, or done and waiting for its page. */
export type WebLoginStage = 'begun' | 'sent' | 'done';

/** A web login under way. Each stage has another secret, which its holder presents once. */
export interface WebLoginTable {
  tenant_id: string;
  /** Of the stage's secret: the ticket in the first address, the state at the platform, or the auth_token. */
  secret_hash: string;
  stage: WebLoginStage;
  client_id: string;
  provider: WebProvider;
  /** Whether it is without consent and profile. */
  silent: Flag;
  callback_url: string;
  /** Of the session that it began in; null if there was none. */
  session_hash: string | null;
  /** Of the browser's cookie; null until the browser was sent to the platform. */
  browser_hash: string | null;
  /** JSON of the person, sealed by the vault; null until it is done. */
  person: string | null;
  expires_at: number;
}

/** A user's picture in the store of pictures. */
export interface AvatarFileTable {
  tenant_id: string;
  file: string;
  owner_id: number;
  /** When the file may be deleted; null while it is its owner's avatar. */
  unused_since: number | null;
}

/** A check of a user's picture that a platform was asked for, until its verdict comes. */
export interface PictureCheckTable {
  tenant_id: string;
  /** The platform's id of it. */
  check_id: string;
  user_id: number;
  /** Of the picture. */
  address: string;
  until: number;
}

/** A push of a platform that was acted on, so that it is not acted on again. */
export interface ReceivedPushTable {
  tenant_id: string;
  platform: IdentityPlatform;
  platform_app_id: string;
  /** A digest of the push, or of what signed it. */
  push_key: string;
  push_id: string;
  until: number;
}

/** Counts of events in the window that ends at `until`, after which the row may be deleted. */
export interface RateLimitTable {
  tenant_id: string;
  limit_name: string;
  /** The vault's fingerprint of an address, account, number or user. */
  subject: string;
  used: number;
  until: number;
}

/** Networks that accounts logged in from. */
export interface KnownAddressTable {
  tenant_id: string;
  /** The vault's fingerprint of the account and the network. */
  subject: string;
  until: number;
}

/** `pending` until the endpoint has the event, `delivered` then, or `parked` once it was given up. */
export const deliveryStates = ['pending', 'delivered', 'parked'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** The delivery of one event to one webhook endpoint. */
export interface WebhookDeliveryTable {
  tenant_id: string;
  /** In the order of a user's events. */
  id: Generated<number>;
  endpoint: string;
  /** The same for every endpoint. */
  event_id: string;
  type: string;
  /** Zero if the event is about no user. */
  user_id: number;
  /** The JSON that is signed and sent: ids and flags, no names, numbers or addresses. */
  body: string;
  created_at: number;
  state: DeliveryState;
  /** Null unless it is pending. */
  give_up_at: number | null;
  attempts: Defaulted<number>;
  attempted_at: Defaulted<number | null>;
  http_status: Defaulted<number | null>;
  problem: Defaulted<string | null>;
  /** Null while it is pending. */
  expires_at: Defaulted<number | null>;
}

/** The pending events of one user for one endpoint. There is no row if there are none. */
export interface WebhookQueueTable {
  tenant_id: string;
  endpoint: string;
  user_id: number;
  /** How many. */
  waiting: number;
  /** When the first of them is sent next; the end of the lease while a process sends it. */
  due_at: number;
  /** Counts the leases: the result of an attempt counts only under the latest one. */
  lease: number;
}

/** Events of the audit trail. */
export const auditEvents = [
  'login',
  'login_failed',
  'logout',
  'registered',
  'identity_linked',
  'identity_unlinked',
  'identity_renamed',
  'identity_moved',
  'username_changed',
  'email_changed',
  'email_proved',
  'phone_changed',
  'phone_proved',
  'phone_released',
  'password_changed',
  'password_reset_requested',
  'password_reset',
  'scan_login_confirmed',
  'scan_login_refused',
  'avatar_changed',
  'avatar_refused',
  'authorization_withdrawn',
  'platform_account_closed',
  'sessions_revoked',
  'limits_cleared',
  'user_merged',
  'merge_undone',
  'user_exported',
  'users_imported',
  'users_exported',
  'server_key_created',
  'server_key_revoked',
  'user_deleted',
  'user_banned',
  'user_unbanned',
  'closure_requested',
  'closure_cancelled',
  'user_closed',
] as const;
export type AuditEvent = (typeof auditEvents)[number];

/** An entry of the audit trail. */
export interface AuditEntryTable {
  tenant_id: string;
  at: number;
  /** Orders the entries that one process wrote in one second. */
  id: number;
  event: AuditEvent;
  /** Null if no user has the given name. */
  user_id: number | null;
  /** The platform, or the login method without a platform; null for acts other than logins and links. */
  method: string | null;
  /** Why a login failed: an error code of the contract. */
  error_code: Defaulted<string | null>;
  /** The operationId, the path of a page that a mail led to, or `admin`. */
  operation: string;
  ip: string | null;
  /** The client's own id of the request, if it sent one. */
  request_id: string | null;
  /** The server's own id for it if the client gave one. */
  own_request_id: Defaulted<string | null>;
  /** The operator who ran the command `admin`; null if unknown, and for all other acts. */
  done_by: Defaulted<string | null>;
}

export interface Schema {
  users: UserTable;
  login_names: LoginNameTable;
  login_claims: LoginClaimTable;
  identities: IdentityTable;
  sessions: SessionTable;
  password_kinds: PasswordKindTable;
  imports: ImportTable;
  platform_tokens: PlatformTokenTable;
  server_keys: ServerKeyTable;
  signing_keys: SigningKeyTable;
  sms_codes: SmsCodeTable;
  scan_logins: ScanLoginTable;
  mail_links: MailLinkTable;
  web_logins: WebLoginTable;
  avatar_files: AvatarFileTable;
  picture_checks: PictureCheckTable;
  received_pushes: ReceivedPushTable;
  merge_tickets: MergeTicketTable;
  merges: MergeTable;
  rate_limits: RateLimitTable;
  known_addresses: KnownAddressTable;
  audit_entries: AuditEntryTable;
  webhook_deliveries: WebhookDeliveryTable;
  webhook_queues: WebhookQueueTable;
}

/** The database, or a transaction in it. */
export type Store = Kysely<Schema>;

export type UserRow = Selectable<UserTable>;
export type IdentityRow = Selectable<IdentityTable>;
export type ClaimRow = Selectable<LoginClaimTable>;
/** Columns that a new user may start with. */
export type UserValues = Omit<Insertable<UserTable>, 'tenant_id' | 'id' | 'created_at' | 'updated_at'>;
export type NewUser = Insertable<UserTable>;
export type NewSession = Insertable<SessionTable>;
