import type pg from 'pg';
import { isDatabaseError } from './faults.ts';

/** Values of `sslmode`, each with the modes that are tried, the first first (PostgreSQL's documentation, libpq, SSL Support). */
const modes: Record<string, readonly [string, ...string[]]> = {
  disable: ['disable'],
  allow: ['disable', 'require'],
  prefer: ['require', 'disable'],
  require: ['require'],
  'verify-ca': ['verify-ca'],
  'verify-full': ['verify-full'],
};

/**
 * The parameters of a URL for each mode that its `sslmode` allows, in the form that `pg` reads.
 *
 * @param parameters of the URL; without `sslmode` connections are not encrypted unless they name a certificate
 * @throws for a mode that libpq does not have, or one that lacks its certificate
 */
export function withEncryption(parameters: URLSearchParams): URLSearchParams[] {
  const mode = parameters.get('sslmode');
  if (mode === null) return [parameters];
  const tried = modes[mode];
  if (!tried) throw new Error(`sslmode: must be ${Object.keys(modes).join(' or ')}`);
  // libpq's word for the authorities that the system trusts, as Node does by itself.
  if (parameters.get('sslrootcert') === 'system') {
    if (mode !== 'verify-full')
      throw new Error('sslrootcert=system: needs sslmode=verify-full, because anybody has a certificate of those');
    parameters.delete('sslrootcert');
  }
  if (mode === 'verify-ca' && !parameters.get('sslrootcert')) {
    throw new Error('sslmode=verify-ca: needs sslrootcert, the file of the authority that signed the certificate of the server');
  }
  return tried.map((sslmode) => new URLSearchParams({ ...Object.fromEntries(parameters), sslmode, uselibpqcompat: 'true' }));
}

const fallbacks = new WeakMap<pg.Pool, readonly string[]>();

/** Has a pool try further URLs when a server refuses how a connection is encrypted. */
export const setFallbacks = (pool: pg.Pool, connectionStrings: readonly string[]): void => void fallbacks.set(pool, connectionStrings);

/** A connection of a pool. With `allow` and `prefer` the pool continues with the mode that the server accepts. */
export async function connectEncrypted(pool: pg.Pool): Promise<pg.PoolClient> {
  const tried = pool.options.connectionString;
  try {
    return await pool.connect();
  } catch (error) {
    const other = fallbacks.get(pool)?.find((connectionString) => connectionString !== tried);
    if (other === undefined || !isOfEncryption(error)) throw error;
    // Another connection may have found out meanwhile.
    if (pool.options.connectionString === tried) pool.options.connectionString = other;
    return pool.connect();
  }
}

/** SQLSTATE of a `pg_hba.conf` that has no line for the client, with or without encryption. */
const notAuthorized = '28000';

/** Whether a server refuses the connection as it is encrypted, or the handshake failed. */
function isOfEncryption(error: unknown): boolean {
  if (isDatabaseError(error)) return error.code === notAuthorized;
  return error instanceof Error && (/\bSSL\b/.test(error.message) || ('code' in error && /^ERR_(SSL|TLS)/.test(String(error.code))));
}
