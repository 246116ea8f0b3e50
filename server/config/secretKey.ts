import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { unusableFile } from '../process/unusableFile.ts';

export const secretKey = z.string().min(32, 'must have at least 32 characters');

/** The key that seals secrets at rest, and the previous key, which opens older secrets during a rotation. */
export interface SecretKeys {
  current: string;
  fallback: string | undefined;
}

/**
 * Reads the key from the file next to the SQLite database, which is generated at the first start; a second line holds the fallback. An
 * in-memory database gets a random key.
 *
 * @throws if the database is not SQLite, because several processes may share it
 */
export function readKeyFile(databaseUrl: string): SecretKeys {
  const key = randomBytes(32).toString('base64url');
  if (databaseUrl === 'sqlite::memory:') return { current: key, fallback: undefined };
  const [, file] = /^sqlite:(.+)$/.exec(databaseUrl) ?? [];
  if (!file) throw new Error('SECRET_KEY: must be set if DATABASE_URL is not SQLite, to the same value for every process');
  const path = join(dirname(file), 'secret.key');
  const lines = readOrCreate(path, key)
    .trim()
    .split(/\s*\n\s*/);
  const { success, data } = z.tuple([secretKey, secretKey.optional()]).safeParse(lines);
  if (!success) {
    throw new Error(`${path}: must hold one or two keys of at least 32 characters; set SECRET_KEY to the key that the file held before`);
  }
  return { current: data[0], fallback: data[1] };
}

/** @throws if this user may not read or write the file */
function readOrCreate(path: string, newKey: string): string {
  let use: Use = { path: dirname(path), to: 'written' };
  try {
    if (!existsSync(path)) createKeyFile(newKey, path);
    use = { path, to: 'read' };
    return readFileSync(path, 'utf8');
  } catch (error) {
    const fault = unusableFile(use.path, use.to, error);
    throw fault instanceof Error ? new Error(`DATABASE_URL: ${fault.message}`, { cause: error }) : fault;
  }
}

interface Use {
  path: string;
  to: 'read' | 'written';
}

/** Creates the file atomically, unless another process was faster. */
function createKeyFile(key: string, path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${key}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
