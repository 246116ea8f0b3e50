import type { components } from '../../generated/types.ts';
import type { SortKey, Term } from './order.ts';
import type { Where } from './where.ts';

/** A requested list in plain data, because another thread finds it. */
export interface Listing {
  tenantId: string;
  publicFields: readonly string[];
  /** The fields to show (parameter `Keys`). */
  keys: string | undefined;
  where: Where;
  order: readonly Term[];
  limit: number;
  /** Matching users to skip; 0 if `after` sets the start. */
  offset: number;
  /** Sort keys of the last user of the previous page. */
  after: readonly SortKey[] | undefined;
  /** Whether to count all that match. */
  counted: boolean;
}

export interface FoundUsers {
  users: components['schemas']['User'][];
  /** Sort keys of the last user of the page, if others follow. */
  next: readonly SortKey[] | undefined;
  /** How many match in all, if they were counted. */
  total: number | undefined;
}

/** Budget of one list. */
export interface Budget {
  /** Users whose record is looked at. */
  rows: number;
  /** Users that are only skipped or counted in an index, which takes a tenth of the time. */
  indexed: number;
  /** Characters of a page's JSON. */
  length: number;
  /** Milliseconds of a processor, which a busy machine does not use up. */
  processor: number;
  /** Milliseconds in all. */
  time: number;
}

/** Twenty thousand users fit several times, whatever the conditions; a million must be narrowed by an index. */
export const listBudget: Budget = { rows: 100_000, indexed: 1_000_000, length: 4_000_000, processor: 1000, time: 5000 };
