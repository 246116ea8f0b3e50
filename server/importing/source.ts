import type { ImportedUser } from './importedUser.ts';
import type { KeyMap } from './keyMap.ts';
import type { Fields } from './values.ts';

/** The operator's words about a source. */
export interface SourceOptions {
  keys: KeyMap;
  /** Name of the source of a home-made table. */
  sourceName: string;
  /** Unix seconds. */
  now: number;
  /** uni-id's `passwordSecret`s by their version; the one without a version under `default`. */
  uniIdSecrets: ReadonlyMap<string, string>;
}

/** A system that users come from. */
export interface Source {
  name: string;
  /** Whether a file of an archive holds users. */
  isUsersFile(name: string): boolean;
  /**
   * Converts a record.
   *
   * @returns undefined if it is no user of today, such as one who closed the account
   * @throws RefusedRecord if it is no user at all
   */
  convert(record: Fields, options: SourceOptions): ImportedUser | undefined;
}
