import { type Kysely, SqliteAdapter, sql } from 'kysely';

/**
 * Creates all tables, whose columns `../schema.ts` describes. Each leads with `tenant_id`, and so does every constraint: a
 * database that shards can do so by tenant.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  const isSqlite = db.getExecutor().adapter instanceof SqliteAdapter;
  for (const statement of [...tables(isSqlite), ...indexes(isSqlite)]) await sql.raw(statement).execute(db);
}

const tables = (isSqlite: boolean): string[] => [
  // A user, the person behind any number of logins. In SQLite the id is the rowid, which most requests find without an index; ids are
  // random, so no two tenants share one.
  `create table users (
    tenant_id varchar(192) not null,
    ${isSqlite ? 'id integer primary key' : 'id bigint not null'},
    created_at bigint not null,
    updated_at bigint not null,
    nickname varchar(256),
    avatar varchar(2048),
    gender integer,
    language varchar(64),
    city varchar(256),
    province varchar(256),
    country varchar(256),
    is_authorized integer not null default 0,
    is_anonymous integer not null default 0,
    username varchar(64),
    email varchar(254),
    email_verified integer not null default 0,
    email_proved varchar(254),
    phone varchar(20),
    phone_verified integer not null default 0,
    phone_proved varchar(20),
    -- A sealed hash of another system, with its recipe, is the longest.
    password_hash varchar(4096),
    fields text not null default '{}',
    state varchar(16) not null default 'active',
    banned_reason varchar(256),
    banned_until bigint,
    closing_at bigint,
    merged_into bigint,
    merged_from text,
    legacy_id varchar(128),
    legacy_source varchar(32),
    ${isSqlite ? 'constraint users_in_app unique (tenant_id, id)' : 'constraint users_pk primary key (tenant_id, id)'}
  )`,

  // A username, or a verified address or number. The primary key ensures that only one user has it, across processes.
  `create table login_names (
    tenant_id varchar(192) not null,
    kind varchar(16) not null,
    -- Normalisation can turn one character into eighteen.
    value varchar(1152) not null,
    user_id bigint not null,
    constraint login_names_pk primary key (tenant_id, kind, value),
    constraint login_names_one_of_a_kind unique (tenant_id, user_id, kind),
    constraint login_names_user foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
  )`,

  // An address or number that a user has entered and not verified. Any number of users may claim the same one.
  `create table login_claims (
    tenant_id varchar(192) not null,
    kind varchar(16) not null,
    value varchar(254) not null,
    user_id bigint not null,
    claimed_at bigint not null,
    resets integer not null default 1,
    constraint login_claims_pk primary key (tenant_id, user_id, kind),
    constraint login_claims_user foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
  )`,

  // A person's identity in one app of a platform, and the user it belongs to. The key has the openid before the app, so that an operator
  // can look for it alone.
  `create table identities (
    tenant_id varchar(192) not null,
    platform varchar(32) not null,
    platform_app_id varchar(128) not null,
    openid varchar(128) not null,
    former_openid varchar(128),
    id bigint not null,
    user_id bigint not null,
    unionid varchar(128),
    profile text not null,
    session_key text,
    sealed_numbers text,
    exchanges integer not null default 0,
    exchanges_until bigint not null default 0,
    created_at bigint not null,
    updated_at bigint not null,
    constraint identities_pk primary key (tenant_id, platform, openid, platform_app_id),
    constraint identities_one_per_platform_app unique (tenant_id, user_id, platform, platform_app_id),
    constraint identities_user foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
  )`,

  // A session of a user, known by the hash of its token.
  `create table sessions (
    tenant_id varchar(192) not null,
    token_hash varchar(64) not null,
    user_id bigint not null,
    platform varchar(32),
    id bigint not null,
    created_at bigint not null,
    last_used_at bigint not null,
    -- The longest: an IPv6 network.
    address varchar(43),
    expires_at bigint not null,
    constraint sessions_pk primary key (tenant_id, token_hash),
    constraint sessions_user foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
  )`,

  // The latest SMS code of each number.
  `create table sms_codes (
    tenant_id varchar(192) not null,
    phone varchar(20) not null,
    code_hash varchar(64) not null,
    tries_left integer not null,
    expires_at bigint not null,
    constraint sms_codes_pk primary key (tenant_id, phone)
  )`,

  // The latest mailed link of each kind of each user.
  `create table mail_links (
    tenant_id varchar(192) not null,
    user_id bigint not null,
    kind varchar(16) not null,
    token_hash varchar(64) not null,
    address varchar(254) not null,
    expires_at bigint not null,
    constraint mail_links_pk primary key (tenant_id, user_id, kind),
    constraint mail_links_token unique (tenant_id, token_hash),
    constraint mail_links_user foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
  )`,

  // A web login under way, from the page that begins it to the page that it ends on.
  `create table web_logins (
    tenant_id varchar(192) not null,
    secret_hash varchar(64) not null,
    stage varchar(8) not null,
    client_id varchar(64) not null,
    provider varchar(32) not null,
    silent smallint not null,
    callback_url text not null,
    session_hash varchar(64),
    browser_hash varchar(64),
    person text,
    expires_at bigint not null,
    constraint web_logins_pk primary key (tenant_id, secret_hash)
  )`,

  // A picture in the store of pictures, which is deleted once it is unused. No foreign key: the file outlives its owner.
  `create table avatar_files (
    tenant_id varchar(192) not null,
    file varchar(80) not null,
    owner_id bigint not null,
    unused_since bigint,
    constraint avatar_files_pk primary key (tenant_id, file)
  )`,

  // A check of a picture at a platform, whose verdict is still to come.
  `create table picture_checks (
    tenant_id varchar(192) not null,
    check_id varchar(128) not null,
    user_id bigint not null,
    address varchar(2048) not null,
    until bigint not null,
    constraint picture_checks_pk primary key (tenant_id, check_id),
    constraint picture_checks_user foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
  )`,

  // A push of a platform that was acted on.
  `create table received_pushes (
    tenant_id varchar(192) not null,
    platform varchar(32) not null,
    platform_app_id varchar(128) not null,
    push_key varchar(64) not null,
    push_id varchar(64) not null,
    until bigint not null,
    constraint received_pushes_pk primary key (tenant_id, platform, platform_app_id, push_key)
  )`,

  // A ticket to merge another account, one for each session and account.
  `create table merge_tickets (
    tenant_id varchar(192) not null,
    session_hash varchar(64) not null,
    other_id bigint not null,
    user_id bigint not null,
    ticket_hash varchar(64) not null,
    proof varchar(16) not null,
    ways_in varchar(64) not null,
    expires_at bigint not null,
    constraint merge_tickets_pk primary key (tenant_id, session_hash, other_id),
    constraint merge_tickets_user foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade,
    constraint merge_tickets_other foreign key (tenant_id, other_id) references users (tenant_id, id) on delete cascade
  )`,

  // A login that a page waits for, until a phone confirms it.
  `create table scan_logins (
    tenant_id varchar(192) not null,
    ticket_hash varchar(64) not null,
    poll_hash varchar(64) not null,
    client_id varchar(64) not null,
    app_name varchar(128) not null,
    check_hash varchar(64) not null,
    site varchar(512),
    browser varchar(32) not null,
    system varchar(32) not null,
    network varchar(43),
    state varchar(16) not null default 'waiting',
    user_id bigint,
    session_hash varchar(64),
    expires_at bigint not null,
    constraint scan_logins_pk primary key (tenant_id, ticket_hash),
    constraint scan_logins_poll unique (tenant_id, poll_hash),
    constraint scan_logins_user foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
  )`,

  // A merge that can still be undone, keyed by the merged account.
  `create table merges (
    tenant_id varchar(192) not null,
    merged_id bigint not null,
    user_id bigint not null,
    merged_at bigint not null,
    snapshot text not null,
    constraint merges_pk primary key (tenant_id, merged_id),
    constraint merges_merged foreign key (tenant_id, merged_id) references users (tenant_id, id) on delete cascade,
    constraint merges_user foreign key (tenant_id, user_id) references users (tenant_id, id) on delete cascade
  )`,

  // A count against a limit.
  `create table rate_limits (
    tenant_id varchar(192) not null,
    limit_name varchar(32) not null,
    subject varchar(64) not null,
    used integer not null,
    until bigint not null,
    constraint rate_limits_pk primary key (tenant_id, limit_name, subject)
  )`,

  // A network that an account logged in from, as a keyed hash of both.
  `create table known_addresses (
    tenant_id varchar(192) not null,
    subject varchar(64) not null,
    until bigint not null,
    constraint known_addresses_pk primary key (tenant_id, subject)
  )`,

  // A kind of imported hashes.
  `create table password_kinds (
    tenant_id varchar(192) not null,
    id varchar(8) not null,
    recipe text not null,
    imported_at bigint not null,
    constraint password_kinds_pk primary key (tenant_id, id)
  )`,

  // An import, which is resumed if it was interrupted.
  `create table imports (
    tenant_id varchar(192) not null,
    id varchar(43) not null,
    source varchar(32) not null,
    records bigint not null,
    counts text not null,
    started_at bigint not null,
    updated_at bigint not null,
    finished_at bigint,
    constraint imports_pk primary key (tenant_id, id)
  )`,

  // Our access token at a platform, which one process renews for all, or the ticket that gets it.
  `create table platform_tokens (
    tenant_id varchar(192) not null,
    platform varchar(32) not null,
    platform_app_id varchar(128) not null,
    kind varchar(16) not null,
    token text not null,
    renew_at bigint not null,
    lifetime bigint not null default 0,
    constraint platform_tokens_pk primary key (tenant_id, platform, platform_app_id, kind)
  )`,

  // A key of one of the team's own servers, known by its hash.
  `create table server_keys (
    tenant_id varchar(192) not null,
    key_hash varchar(43) not null,
    id varchar(16) not null,
    client_id varchar(64) not null,
    name varchar(64) not null,
    scopes varchar(256) not null,
    created_at bigint not null,
    last_used_at bigint,
    constraint server_keys_pk primary key (tenant_id, key_hash),
    constraint server_keys_id unique (tenant_id, id)
  )`,

  // A key that signs the access tokens of all tenants; tenant_id is empty.
  `create table signing_keys (
    tenant_id varchar(192) not null,
    id varchar(43) not null,
    private_key text not null,
    public_key text not null,
    created_at bigint not null,
    signs_from bigint not null,
    constraint signing_keys_pk primary key (tenant_id, id)
  )`,

  // The delivery of one event to one webhook endpoint. Ids are in the order of the events of a user: its queue's row is locked before. No
  // foreign key: the last event of a user outlives it.
  `create table webhook_deliveries (
    tenant_id varchar(192) not null,
    ${isSqlite ? 'id integer primary key autoincrement' : 'id bigint generated always as identity'},
    endpoint varchar(64) not null,
    event_id varchar(32) not null,
    type varchar(32) not null,
    user_id bigint not null,
    body text not null,
    created_at bigint not null,
    state varchar(16) not null,
    give_up_at bigint,
    attempts integer not null default 0,
    attempted_at bigint,
    http_status integer,
    problem varchar(128),
    expires_at bigint,
    ${isSqlite ? 'constraint webhook_deliveries_in_app unique (tenant_id, id)' : 'constraint webhook_deliveries_pk primary key (tenant_id, id)'}
  )`,

  // The events of one user that wait for one endpoint, which are delivered one after another.
  `create table webhook_queues (
    tenant_id varchar(192) not null,
    endpoint varchar(64) not null,
    user_id bigint not null,
    waiting integer not null,
    due_at bigint not null,
    lease bigint not null default 0,
    constraint webhook_queues_pk primary key (tenant_id, endpoint, user_id)
  )`,

  // An entry of the audit trail. Entries are written in batches: no foreign key, or the entry of a deleted user would fail
  // its batch.
  `create table audit_entries (
    tenant_id varchar(192) not null,
    at bigint not null,
    id bigint not null,
    event varchar(32) not null,
    user_id bigint,
    method varchar(32),
    error_code varchar(64),
    operation varchar(64) not null,
    ip varchar(64),
    request_id varchar(128),
    own_request_id varchar(36),
    done_by varchar(64),
    constraint audit_entries_pk primary key (tenant_id, at, id)
  )`,
];

const indexes = (isSqlite: boolean): string[] => [
  // The most frequent orders of lists. The state is included for counts, which skip tombstones. PostgreSQL compares nicknames by their
  // bytes, as SQLite does, not by the database's locale.
  'create index users_created on users (tenant_id, created_at, id, state)',
  `create index users_nickname on users (tenant_id, (coalesce(nickname, '')${isSqlite ? '' : ' collate "C"'}), id)`,

  // Finds an imported user.
  'create unique index users_legacy on users (tenant_id, legacy_id, legacy_source) where legacy_id is not null',
  // Finds imported passwords by their form and kind (importedPasswords/importedHash.ts).
  `create index users_imported_password on users (tenant_id, (substr(password_hash, 1, 19)), id) where substr(password_hash, 1, 9) = 'imported$'`,
  // Finds accounts to close, of all tenants.
  'create index users_closing on users (closing_at) where closing_at is not null',

  // Finds the claims of an address or number, the oldest first.
  'create index login_claims_value on login_claims (tenant_id, kind, value, claimed_at)',

  'create index identities_unionid on identities (tenant_id, platform, unionid)',
  // An id of an older kind belongs to one user, too.
  `create unique index identities_former_openid on identities (tenant_id, platform, former_openid, platform_app_id)
    where former_openid is not null`,
  // Covers what an answer shows of a user's identities: each session is read with them, and reading their rows would double the cost with a
  // million users. PostgreSQL has no room in an index for a profile longer than a third of a page.
  ...(isSqlite
    ? ['create index identities_of_user on identities (tenant_id, user_id, platform, platform_app_id, openid, unionid, profile)']
    : []),

  'create index sessions_user on sessions (tenant_id, user_id)',
  'create index avatar_files_owner on avatar_files (tenant_id, owner_id)',
  'create index picture_checks_of_user on picture_checks (tenant_id, user_id)',
  'create index audit_entries_user on audit_entries (tenant_id, user_id, at)',

  // Find a user's merges and tickets, when the user is deleted or merged.
  'create index merges_of_user on merges (tenant_id, user_id)',
  'create index merge_tickets_of_user on merge_tickets (tenant_id, user_id)',
  'create index scan_logins_of_user on scan_logins (tenant_id, user_id) where user_id is not null',
  'create index merge_tickets_of_other on merge_tickets (tenant_id, other_id)',

  // Finds the oldest event of a queue, and events to give up, of all tenants.
  "create index webhook_deliveries_pending on webhook_deliveries (tenant_id, endpoint, user_id, id) where state = 'pending'",
  'create index webhook_deliveries_due on webhook_deliveries (give_up_at) where give_up_at is not null',
  'create index webhook_deliveries_of_user on webhook_deliveries (tenant_id, user_id)',
  'create index webhook_queues_due on webhook_queues (tenant_id, endpoint, due_at)',

  // Find expired rows of all tenants, for the cleanup.
  'create index sessions_expiry on sessions (expires_at)',
  'create index sms_codes_expiry on sms_codes (expires_at)',
  'create index mail_links_expiry on mail_links (expires_at)',
  'create index web_logins_expiry on web_logins (expires_at)',
  'create index avatar_files_unused on avatar_files (unused_since)',
  'create index picture_checks_until on picture_checks (until)',
  'create index received_pushes_until on received_pushes (until)',
  'create index merge_tickets_expiry on merge_tickets (expires_at)',
  'create index scan_logins_expiry on scan_logins (expires_at)',
  'create index merges_age on merges (merged_at)',
  'create index rate_limits_until on rate_limits (until)',
  'create index known_addresses_until on known_addresses (until)',
  'create index audit_entries_age on audit_entries (at)',
  'create index webhook_deliveries_expiry on webhook_deliveries (expires_at) where expires_at is not null',
];
