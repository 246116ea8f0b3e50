import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import type { Owner, Owners } from './owners.ts';

const timeOf = (value: unknown): number | undefined => (value === null ? undefined : Number(value));

/**
 * The keys of the records that a dry run has seen, in a file, so that a million users need no more memory than a thousand.
 */
export class Scratch {
  readonly #folder = mkdtempSync(join(tmpdir(), 'import-'));
  readonly #database: DatabaseSync;
  readonly #find: StatementSync;
  readonly #add: StatementSync;

  constructor() {
    this.#database = new DatabaseSync(join(this.#folder, 'keys.db'));
    this.#database.exec(`pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -65536;
      create table keys (key text primary key, record text, created_at integer, updated_at integer) without rowid`);
    this.#find = this.#database.prepare(
      'select key, record, created_at, updated_at from keys where key in (select value from json_each(?))',
    );
    this.#add = this.#database.prepare(
      'insert or replace into keys select value ->> 0, value ->> 1, value ->> 2, value ->> 3 from json_each(?)',
    );
  }

  /** Adds the owners of keys, unless the store knows others. */
  find(keys: readonly string[], owners: Owners): void {
    for (const { key, record, created_at, updated_at } of this.#find.all(JSON.stringify(keys))) {
      if (owners.has(String(key))) continue;
      owners.set(String(key), { record: String(record), createdAt: timeOf(created_at), updatedAt: timeOf(updated_at) });
    }
  }

  add(keys: readonly [string, Owner][]): void {
    // Sorted, so that neighbours share a page.
    const sorted = keys.toSorted(([one], [other]) => (one < other ? -1 : 1));
    this.#add.run(
      JSON.stringify(sorted.map(([key, { record, createdAt, updatedAt }]) => [key, record, createdAt ?? null, updatedAt ?? null])),
    );
  }

  close(): void {
    this.#database.close();
    rmSync(this.#folder, { recursive: true });
  }
}
