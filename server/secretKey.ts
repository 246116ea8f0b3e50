import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

export const secretKey = z.string().min(32, 'must have at least 32 characters');

/**
 * The key beside the SQLite file, made at the first start; a store that is gone with the process has one of its own.
 *
 * @throws where the store is another, which several processes share
 */
export function keptSecretKey(databaseUrl: string): string {
  const key = randomBytes(32).toString('base64url');
  if (databaseUrl === 'sqlite::memory:') return key;
  const [, file] = /^sqlite:(.+)$/.exec(databaseUrl) ?? [];
  if (!file) throw new Error('SECRET_KEY: must be set where DATABASE_URL is not SQLite, the same for every process');
  const path = join(dirname(file), 'secret.key');
  if (!existsSync(path)) keepSecretKey(key, path);
  const { success, data } = secretKey.safeParse(readFileSync(path, 'utf8').trim());
  if (!success) throw new Error(`${path}: must have at least 32 characters; set SECRET_KEY to the key that was there`);
  return data;
}

/** Puts a key there whole, unless another process has come first. */
function keepSecretKey(key: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${key}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(draft);
  }
}
