import type { Store } from '../store/schema.ts';
import { Candidate } from './candidate.ts';
import { comparePlaces, placeOf, type SortKey, type Term } from './order.ts';
import { readUsers } from './scan.ts';

/** Takes the users of a page out of all that match. */
export interface Page {
  /** Whether no later user can change it. */
  readonly full: boolean;
  add(user: Candidate): void;
  read(store: Store, tenantId: string): Promise<Candidate[]>;
}

/** Of users that come in their order. */
export class NextUsers implements Page {
  readonly #size: number;
  #toSkip: number;
  readonly #kept: Candidate[] = [];

  constructor(skip: number, size: number) {
    this.#toSkip = skip;
    this.#size = size;
  }

  get full(): boolean {
    return this.#kept.length === this.#size;
  }

  add(user: Candidate): void {
    if (this.#toSkip > 0) this.#toSkip--;
    else if (!this.full) this.#kept.push(user);
  }

  async read(): Promise<Candidate[]> {
    return this.#kept;
  }
}

/** Of users that come in any order. Only their places are kept, because all of them may match; the page is read once it is known. */
export class SortedUsers implements Page {
  readonly full = false;
  readonly #order: readonly Term[];
  readonly #skip: number;
  readonly #size: number;
  readonly #places: { id: number; place: readonly SortKey[] }[] = [];

  constructor(order: readonly Term[], skip: number, size: number) {
    this.#order = order;
    this.#skip = skip;
    this.#size = size;
  }

  add(user: Candidate): void {
    this.#places.push({ id: user.row.id, place: placeOf(this.#order, user) });
  }

  async read(store: Store, tenantId: string): Promise<Candidate[]> {
    this.#places.sort((a, b) => comparePlaces(this.#order, a.place, b.place));
    const ids = this.#places.slice(this.#skip, this.#skip + this.#size).map(({ id }) => id);
    const rows = new Map((await readUsers(store, tenantId, ids)).map((row) => [row.id, row]));
    return ids.flatMap((id) => rows.get(id) ?? []).map((row) => new Candidate(row));
  }
}
