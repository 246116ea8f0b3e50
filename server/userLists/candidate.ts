import type { CustomFields } from '../accounts/customFields.ts';
import type { UserRow } from '../store/schema.ts';

export type CandidateRow = Pick<UserRow, 'id' | 'created_at' | 'nickname' | 'avatar' | 'fields'>;

/** A scanned user, which may belong to the list. */
export class Candidate {
  readonly row: CandidateRow;
  #fields: CustomFields | undefined;

  constructor(row: CandidateRow) {
    this.row = row;
  }

  /** A field's value; undefined if it was never set. */
  stored(name: string): unknown {
    if (name === 'id' || name === 'created_at') return this.row[name];
    if (name === 'nickname' || name === 'avatar') return this.row[name] ?? undefined;
    this.#fields ??= JSON.parse(this.row.fields) as CustomFields;
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  /** A field's value as others see it: a nickname or avatar that was never set is an empty text. */
  value(name: string): unknown {
    return name === 'nickname' || name === 'avatar' ? (this.row[name] ?? '') : this.stored(name);
  }
}
