import { readBson } from './bson.ts';
import { openEntries, type ReadBytes } from './chunks.ts';
import { readJson } from './json.ts';
import type { RawRecord } from './rawRecord.ts';

/** The part of a source that readers need. */
export interface Format {
  isUsersFile(name: string): boolean;
}

/** Reads the records of files, in batches of about the given size; in the same order each time. */
export async function* readRecords(
  paths: readonly string[],
  format: Format,
  read: ReadBytes,
  batchSize: number,
): AsyncGenerator<RawRecord[]> {
  let batch: RawRecord[] = [];
  for await (const { name, content } of openEntries(paths, format.isUsersFile, read)) {
    const isBson = /\.bson(\.gz)?$/.test(name);
    for await (const records of isBson ? readBson(name, content) : readJson(name, content)) {
      batch = batch.length === 0 ? records : [...batch, ...records];
      while (batch.length >= batchSize) {
        yield batch.slice(0, batchSize);
        batch = batch.slice(batchSize);
      }
    }
  }
  if (batch.length > 0) yield batch;
}
