import { accessSync, chmodSync, closeSync, constants, mkdirSync, openSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { unusableFile } from '../../process/unusableFile.ts';

/** What SQLite keeps beside a database in use, with the database itself. */
const suffixes = ['', '-wal', '-shm'];

/**
 * Makes sure that there is a file to write a database to, which nobody but its owner reads, whatever the umask, and that whatever SQLite
 * keeps beside it can be written too.
 *
 * @returns its path without symbolic links
 * @throws an error that says which file cannot be written, and by whom
 */
export function prepareFile(given: string): string {
  mkdirSync(dirname(given), { recursive: true, mode: 0o700 });
  requireWritable(given, () => closeSync(openSync(given, 'a', 0o600)));
  const path = realpathSync(given);
  for (const suffix of suffixes) keepToOwner(path + suffix);
  requireWritable(dirname(path), () => accessSync(dirname(path), constants.W_OK));
  return path;
}

function keepToOwner(path: string): void {
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

/** The files of an open database, to be told from others that have come to their places since. */
export class SqliteFiles {
  readonly #path: string;
  readonly #open: ReadonlyMap<string, string | undefined>;

  /** @param path a database that was just opened and written to, so that all of its files are there */
  constructor(path: string) {
    this.#path = path;
    this.#open = new Map(suffixes.map((suffix) => [path + suffix, identityOf(path + suffix)]));
  }

  /** @throws where one was removed or replaced: what is written to it now is gone with this process */
  check(): void {
    for (const [path, identity] of this.#open) {
      if (identityOf(path) === identity) continue;
      throw new Error(
        `${path} was removed or replaced while ${this.#path} is in use: what is written now is lost; put it right and restart`,
      );
    }
  }
}

function identityOf(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stats && `${stats.dev} ${stats.ino}`;
}
