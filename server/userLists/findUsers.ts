import { selectFields } from '../accounts/fieldSelection.ts';
import { toPublicUser } from '../accounts/users.ts';
import type { Store } from '../store/schema.ts';
import { Candidate } from './candidate.ts';
import type { Budget, FoundUsers, Listing } from './listing.ts';
import { compileWhere } from './matching.ts';
import { comparePositions, indexOf, positionOf, type SortKey } from './order.ts';
import { NextUsers, type Page, SortedUsers } from './page.ts';
import { countUsers, readBatch, type Scan, scanUsers } from './scan.ts';
import { narrow, tooExpensive, tookTooLong } from './tooExpensive.ts';
import type { Where } from './where.ts';

/**
 * Finds a page of users. The database only reads an index in order; all conditions are evaluated here, so that they mean the same on every
 * database and stay within the budget.
 *
 * @throws query_too_expensive if the budget is exceeded; request_invalid for an invalid pattern
 */
export async function findUsers(store: Store, listing: Listing, budget: Budget): Promise<FoundUsers> {
  const plan = planOf(listing);
  return isEverything(listing.where) && plan.ordered
    ? readPage(store, listing, plan.scan, budget)
    : searchPage(store, listing, plan, budget);
}

interface Plan {
  scan: Scan;
  /** Whether the scan yields users in the requested order. */
  ordered: boolean;
}

/** Chooses the narrowest index: ids or a nickname if `where` requires them, otherwise the index of the order. */
function planOf({ where, order }: Listing): Plan {
  const conditions = conditionsOfAll(where);
  const [ids] = conditions.flatMap(({ field, operator, operand }) => {
    if (field !== 'id') return [];
    return operator === '$eq' ? [[operand as number]] : operator === '$in' ? [operand as number[]] : [];
  });
  if (ids) return { scan: { field: 'id', down: false, ids: [...new Set(ids)] }, ordered: false };
  const index = indexOf(order);
  const down = order[0]?.down ?? false;
  const nickname = conditions.find(({ field, operator }) => field === 'nickname' && operator === '$eq')?.operand;
  if (typeof nickname === 'string') return { scan: { field: 'id', down, nickname }, ordered: index === 'id' };
  return { scan: { field: index ?? 'id', down: index !== undefined && down }, ordered: index !== undefined };
}

/** The conditions that every user of the list must meet. */
function conditionsOfAll(where: Where): { field: string; operator: string; operand: unknown }[] {
  if ('all' in where) return where.all.flatMap(conditionsOfAll);
  return 'any' in where ? [] : [where];
}

const isEverything = (where: Where): boolean => 'all' in where && where.all.every(isEverything);

/** Reads a page of all users in an index's order. */
async function readPage(store: Store, listing: Listing, scan: Scan, budget: Budget): Promise<FoundUsers> {
  const { tenantId, limit, offset, after, counted } = listing;
  const total = counted ? await countUsers(store, tenantId, budget.indexed + 1) : undefined;
  if (total !== undefined && total > budget.indexed) {
    throw tooExpensive({ en: `there are more than ${budget.indexed} users to count`, zh: `要计数的用户超过 ${budget.indexed} 个` }, narrow);
  }
  const skipped = Math.min(offset, budget.indexed);
  const rows = await readBatch(store, tenantId, { ...scan, after: scanPositionOf(after) }, limit + 1, skipped);
  if (skipped < offset && rows.length > 0) {
    throw tooExpensive({ en: `offset skips more than ${budget.indexed} users`, zh: `offset 跳过的用户超过 ${budget.indexed} 个` }, narrow);
  }
  return toPage(
    listing,
    rows.map((row) => new Candidate(row)),
    total,
    budget,
  );
}

/** Reads a page of the users that match, from a scan. */
async function searchPage(store: Store, listing: Listing, { scan, ordered }: Plan, budget: Budget): Promise<FoundUsers> {
  const { tenantId, where, order, limit, offset, after, counted } = listing;
  const clock = startClock(budget);
  const matches = compileWhere(where);
  // Counting starts at the first user.
  const start = ordered && !counted ? scanPositionOf(after) : undefined;
  const page: Page = ordered ? new NextUsers(offset, limit + 1) : new SortedUsers(order, offset, limit + 1);
  let scanned = 0;
  let total = 0;
  for await (const row of scanUsers(store, tenantId, { ...scan, after: start })) {
    if (++scanned > budget.rows) {
      throw tooExpensive({ en: `it would scan more than ${budget.rows} users`, zh: `要扫描的用户超过 ${budget.rows} 个` }, narrow);
    }
    clock.check();
    const user = new Candidate(row);
    if (!matches(user)) continue;
    total++;
    if (after && comparePositions(order, positionOf(order, user), after) <= 0) continue;
    page.add(user);
    if (page.full && !counted) break;
  }
  return toPage(listing, await page.read(store, tenantId), counted ? total : undefined, budget);
}

function startClock({ processor, time }: Budget) {
  const [start, startUsage] = [performance.now(), process.threadCpuUsage()];
  return {
    /** @throws query_too_expensive if the time is used up */
    check() {
      const elapsed = performance.now() - start;
      // Processor time never exceeds elapsed time, which is cheaper to read.
      if (elapsed < processor) return;
      const { user, system } = process.threadCpuUsage(startUsage);
      if (user + system > processor * 1000) {
        const reason = { en: `it used more than ${processor} milliseconds of processor time`, zh: `占用处理器超过 ${processor} 毫秒` };
        throw tooExpensive(reason, narrow);
      }
      if (elapsed > time) throw tooExpensive(tookTooLong(time), narrow);
    },
  };
}

/** @param found the page's users, and one more if others follow */
function toPage(listing: Listing, found: Candidate[], total: number | undefined, budget: Budget): FoundUsers {
  const { publicFields, keys, order, limit } = listing;
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  const users = page.map(({ row }) => {
    const user = toPublicUser(row, publicFields);
    return keys === undefined ? user : selectFields(user, keys);
  });
  // The main thread receives the page as one message.
  const length = users.reduce((sum, user) => sum + JSON.stringify(user).length, 0);
  if (length > budget.length) {
    throw tooExpensive(
      { en: `the page has more than ${budget.length} characters`, zh: `这一页超过 ${budget.length} 个字符` },
      { en: 'Request fewer users (`limit`) or fewer fields (`keys`).', zh: '请减少用户数（`limit`）或字段（`keys`）。' },
    );
  }
  return { users, next: last && positionOf(order, last), total };
}

/** Converts a position in an index's order: its first key is the index's, its last is the id. */
function scanPositionOf(position: readonly SortKey[] | undefined): Scan['after'] {
  const [first, last] = [position?.[0], position?.at(-1)];
  return first && last ? { value: first[1], id: Number(last[1]) } : undefined;
}
