import { escapeHint, isCutUrl } from '../http/cutUrl.ts';

const unreadable = `cannot be read: the port must be a number, and ${escapeHint}`;

/** Session settings that a URL may contain besides libpq's parameters. */
const sessionSettings = ['statement_timeout', 'idle_in_transaction_session_timeout'];

/** The modes to try for each `sslmode`, in order (PostgreSQL's documentation, libpq, SSL Support). */
const modes: Record<string, readonly [string, ...string[]]> = {
  disable: ['disable'],
  allow: ['disable', 'require'],
  prefer: ['require', 'disable'],
  require: ['require'],
  'verify-ca': ['verify-ca'],
  'verify-full': ['verify-full'],
};

/** A parsed `DATABASE_URL` for PostgreSQL. */
export interface PostgresUrl {
  /** Connection strings for `pg`, one for each encryption mode that `sslmode` allows, in the order of the attempts. */
  connectionStrings: readonly string[];
  /** The URL's session settings. */
  settings: Record<string, string>;
  /** The schema that holds the tables; the first of the role's search path if undefined. */
  schema: string | undefined;
  /** The URL's `pgbouncer`; undefined to detect a pooler. */
  pooled: boolean | undefined;
}

/**
 * Parses a PostgreSQL URL. `sslmode` has libpq's meaning.
 *
 * @throws an error that quotes no part of the URL, because any part may belong to the password
 */
export function readPostgresUrl(text: string): PostgresUrl {
  const [, main = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(text) ?? [];
  const [, scheme = '', rest = ''] = /^(\w+:\/\/)(.*)$/s.exec(main) ?? [];
  const [authority = ''] = rest.split('/', 1);
  if (isCutUrl(text)) throw new Error(unreadable);
  if (authority.slice(authority.lastIndexOf('@') + 1).includes(',')) {
    throw new Error('names several hosts: use one name that leads to the primary, or a proxy that does');
  }
  // The URL of a socket has no host but may have a user.
  const parsed = URL.parse(main) ?? URL.parse(`${scheme}${rest.replace('@/', '@socket/')}`);
  if (!parsed || !isDecodable(parsed.username) || !isDecodable(parsed.password)) throw new Error(unreadable);

  const parameters = new URLSearchParams(query);
  const take = (name: string) => {
    const value = parameters.get(name) ?? undefined;
    parameters.delete(name);
    return value;
  };
  const settings: Record<string, string> = {};
  for (const name of sessionSettings) {
    const value = take(name);
    if (value !== undefined) settings[name] = value;
  }
  const wanted = take('target_session_attrs') ?? 'read-write';
  if (wanted !== 'read-write' && wanted !== 'primary') throw new Error('target_session_attrs: must be read-write, as it always is');
  const pgbouncer = take('pgbouncer');
  if (pgbouncer !== undefined && !/^(true|false)$/.test(pgbouncer)) throw new Error('pgbouncer: must be true or false');
  const schema = take('schema');
  if (schema === '') throw new Error('schema: must not be empty');
  return {
    connectionStrings: withEncryption(parameters).map((encryption) => (encryption.size > 0 ? `${main}?${encryption}` : main)),
    settings,
    schema,
    pooled: pgbouncer === undefined ? undefined : pgbouncer === 'true',
  };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * Converts a URL's parameters to those of `pg`, for each mode that `sslmode` allows.
 *
 * @param parameters the URL's parameters; without `sslmode`, connections are encrypted only if they name a certificate
 * @throws for an unknown mode, or one that lacks its certificate
 */
function withEncryption(parameters: URLSearchParams): URLSearchParams[] {
  const mode = parameters.get('sslmode');
  if (mode === null) return [parameters];
  const tried = modes[mode];
  if (!tried) throw new Error(`sslmode: must be ${Object.keys(modes).join(' or ')}`);
  // libpq's name for the system's certificate authorities, which Node trusts by default.
  if (parameters.get('sslrootcert') === 'system') {
    if (mode !== 'verify-full')
      throw new Error('sslrootcert=system: needs sslmode=verify-full, because anyone can get a certificate from a public authority');
    parameters.delete('sslrootcert');
  }
  if (mode === 'verify-ca' && !parameters.get('sslrootcert')) {
    throw new Error('sslmode=verify-ca: needs sslrootcert, the file of the authority that signed the certificate of the server');
  }
  return tried.map((sslmode) => new URLSearchParams({ ...Object.fromEntries(parameters), sslmode, uselibpqcompat: 'true' }));
}
