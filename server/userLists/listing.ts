import type { components } from '../../generated/types.ts';
import type { SortKey, Term } from './order.ts';
import type { Where } from './where.ts';

/** A requested list, as plain data that can be sent to another thread. */
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
  /** Whether to count all users that match. */
  counted: boolean;
}

export interface FoundUsers {
  users: components['schemas']['User'][];
  /** Sort keys of the last user of the page, if others follow. */
  next: readonly SortKey[] | undefined;
  /** Number of users that match, if they were counted. */
  total: number | undefined;
}

/** Budget of one list. */
export interface Budget {
  /** Scanned users, whose record is read. */
  rows: number;
  /** Users that are only skipped or counted in an index, which takes a tenth of the time. */
  indexed: number;
  /** Characters of a page's JSON. */
  length: number;
  /** Milliseconds of processor time, which other load on the machine does not use up. */
  processor: number;
  /** Milliseconds of elapsed time. */
  time: number;
}

/**
 * In a second of processor time, 20,000 users can be scanned with the slowest conditions. With a million users, a condition must use an
 * index.
 */
export const listBudget: Budget = { rows: 100_000, indexed: 1_000_000, length: 4_000_000, processor: 1000, time: 5000 };
