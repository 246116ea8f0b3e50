import type { Store } from '../store/schema.ts';
import { Candidate } from './candidate.ts';
import { comparePositions, positionOf, type SortKey, type Term } from './order.ts';
import { readUsers } from './scan.ts';

/** Collects the users of a page from all that match. */
export interface Page {
  /** Whether no further user can change the page. */
  readonly full: boolean;
  add(user: Candidate): void;
  read(store: Store, tenantId: string): Promise<Candidate[]>;
}

/** A page of users that arrive sorted. */
export class NextUsers implements Page {
  readonly #size: number;
  #toSkip: number;
  readonly #users: Candidate[] = [];

  constructor(skip: number, size: number) {
    this.#toSkip = skip;
    this.#size = size;
  }

  get full(): boolean {
    return this.#users.length === this.#size;
  }

  add(user: Candidate): void {
    if (this.#toSkip > 0) this.#toSkip--;
    else if (!this.full) this.#users.push(user);
  }

  async read(): Promise<Candidate[]> {
    return this.#users;
  }
}

/**
 * A page of users that arrive unsorted. Stores only their positions, because there may be many, and reads the users of the page at the
 * end.
 */
export class SortedUsers implements Page {
  readonly full = false;
  readonly #order: readonly Term[];
  readonly #skip: number;
  readonly #size: number;
  readonly #positions: { id: number; position: readonly SortKey[] }[] = [];

  constructor(order: readonly Term[], skip: number, size: number) {
    this.#order = order;
    this.#skip = skip;
    this.#size = size;
  }

  add(user: Candidate): void {
    this.#positions.push({ id: user.row.id, position: positionOf(this.#order, user) });
  }

  async read(store: Store, tenantId: string): Promise<Candidate[]> {
    this.#positions.sort((a, b) => comparePositions(this.#order, a.position, b.position));
    const ids = this.#positions.slice(this.#skip, this.#skip + this.#size).map(({ id }) => id);
    const rows = new Map((await readUsers(store, tenantId, ids)).map((row) => [row.id, row]));
    return ids.flatMap((id) => rows.get(id) ?? []).map((row) => new Candidate(row));
  }
}
