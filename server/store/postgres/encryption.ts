import type pg from 'pg';
import { isDatabaseError } from './faults.ts';

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
