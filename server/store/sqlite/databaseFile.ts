import { accessSync, chmodSync, closeSync, constants, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { unusableFile } from '../../process/unusableFile.ts';

/** The database and the files that SQLite creates next to it. */
const suffixes = ['', '-wal', '-shm'];

/**
 * Creates a database file unless it exists, readable by its owner only, regardless of the umask. Checks that SQLite can write to it and to
 * its folder.
 *
 * @returns its path without symbolic links
 * @throws an error that names the file or folder that cannot be written, and the user
 */
export function prepareFile(requestedPath: string): string {
  mkdirSync(dirname(requestedPath), { recursive: true, mode: 0o700 });
  requireWritable(requestedPath, () => closeSync(openSync(requestedPath, 'a', 0o600)));
  const path = realpathSync(requestedPath);
  for (const suffix of suffixes) restrictToOwner(path + suffix);
  requireWritable(dirname(path), () => accessSync(dirname(path), constants.W_OK));
  return path;
}

function restrictToOwner(path: string): void {
  const owner = statSync(path, { throwIfNoEntry: false })?.uid;
  if (owner === undefined) return;
  if (owner === process.getuid?.()) chmodSync(path, 0o600);
  requireWritable(path, () => accessSync(path, constants.W_OK));
}

function requireWritable(path: string, attempt: () => void): void {
  try {
    attempt();
  } catch (error) {
    throw unusableFile(path, 'written', error);
  }
}

/** The files of an open database, by inode. */
export class DatabaseFiles {
  readonly #path: string;
  readonly #inodes: ReadonlyMap<string, string | undefined>;

  /** @param path a database that was just opened and written to, so that all of its files exist */
  constructor(path: string) {
    this.#path = path;
    this.#inodes = new Map(suffixes.map((suffix) => [path + suffix, inodeOf(path + suffix)]));
  }

  /** @throws if a file was removed or replaced, because writes to the deleted file are lost when this process exits */
  check(): void {
    for (const [path, inode] of this.#inodes) {
      if (inodeOf(path) === inode) continue;
      throw new Error(`${path} was removed or replaced while ${this.#path} is in use: writes are being lost; restore the file and restart`);
    }
  }
}

function inodeOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats && `${stats.dev} ${stats.ino}`;
}
