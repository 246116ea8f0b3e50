/** A record of a file: parsed, or the reason why it cannot be. */
export interface RawRecord {
  /** The file, and the record's line or place in it. */
  place: string;
  value?: unknown;
  problem?: string;
  /** The start of the text of a record that cannot be parsed. */
  text?: string;
}
