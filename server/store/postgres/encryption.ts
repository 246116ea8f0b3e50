import type pg from 'pg';
import { isDatabaseError } from './faults.ts';

/** The modes to try for each `sslmode`, in order (PostgreSQL's documentation, libpq, SSL Support). */
const modes: Record<string, readonly [string, ...string[]]> = {
  disable: ['disable'],
  allow: ['disable', 'require'],
  prefer: ['require', 'disable'],
  require: ['require'],
  'verify-ca': ['verify-ca'],
  'verify-full': ['verify-full'],
};

/**
 * Converts a URL's parameters to those of `pg`, for each mode that `sslmode` allows.
 *
 * @param parameters the URL's parameters; without `sslmode`, connections are encrypted only if they name a certificate
 * @throws for an unknown mode, or one that lacks its certificate
 */
export function withEncryption(parameters: URLSearchParams): URLSearchParams[] {
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

const fallbacks = new WeakMap<pg.Pool, readonly string[]>();

/** Sets the URLs that a pool tries if the server refuses the encryption mode of a connection. */
export const setFallbacks = (pool: pg.Pool, connectionStrings: readonly string[]): void => void fallbacks.set(pool, connectionStrings);

/** Connects. With `allow` and `prefer`, the pool remembers the mode that the server accepts. */
export async function connectEncrypted(pool: pg.Pool): Promise<pg.PoolClient> {
  const tried = pool.options.connectionString;
  try {
    return await pool.connect();
  } catch (error) {
    const other = fallbacks.get(pool)?.find((connectionString) => connectionString !== tried);
    if (other === undefined || !isOfEncryption(error)) throw error;
    // Another connection may have changed it in the meantime.
    if (pool.options.connectionString === tried) pool.options.connectionString = other;
    return pool.connect();
  }
}

/** SQLSTATE if `pg_hba.conf` has no line for the client with this encryption. */
const notAuthorized = '28000';

/** Whether the server refused the encryption mode, or the handshake failed. */
function isOfEncryption(error: unknown): boolean {
  if (isDatabaseError(error)) return error.code === notAuthorized;
  return error instanceof Error && (/\bSSL\b/.test(error.message) || ('code' in error && /^ERR_(SSL|TLS)/.test(String(error.code))));
}
