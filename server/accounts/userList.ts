import { type RawBuilder, sql } from 'kysely';
import type { components } from '../../generated/types.ts';
import type { App } from '../apps.ts';
import { invalidField } from '../errors.ts';
import { customField } from '../store/customField.ts';
import type { Store } from '../store/store.ts';
import { toPublicUser } from './users.ts';
import { compileWhere } from './userWhere.ts';

export interface UserListing {
  limit: number;
  offset: number;
  /** JSON (parameter `Where`). */
  where: string | undefined;
  /** Names joined with commas, `-` in front of one that runs down (parameter `OrderBy`). */
  orderBy: string | undefined;
  counted: boolean;
}

export interface UserList {
  users: components['schemas']['User'][];
  /** Whether others follow. */
  more: boolean;
  /** How many match in all, where it was asked. */
  total: number | undefined;
}

/**
 * Some users of an app, as others see them.
 *
 * @throws request_invalid where `where` or `orderBy` names what is not public
 */
export async function listUsers(store: Store, { public_fields }: App, appId: string, listing: UserListing): Promise<UserList> {
  const { limit, offset, where = '{}', orderBy = 'id', counted } = listing;
  const matching = store
    .selectFrom('users')
    .where('app_id', '=', appId)
    .where(compileWhere(store, public_fields, where));
  const rows = await matching
    .select(['id', 'nickname', 'avatar', 'fields'])
    .orderBy(compileOrder(store, public_fields, orderBy))
    .limit(limit + 1)
    .offset(offset)
    .execute();
  const count = counted ? await matching.select(({ fn }) => fn.countAll().as('total')).executeTakeFirstOrThrow() : undefined;
  return {
    users: rows.slice(0, limit).map((row) => toPublicUser(row, public_fields)),
    more: rows.length > limit,
    total: count && Number(count.total),
  };
}

/** Ends with the id, so that no two users ever stand in the same place. */
function compileOrder(store: Store, publicFields: readonly string[], orderBy: string): RawBuilder<unknown> {
  const given = orderBy.split(',');
  // Twice the id would keep SQLite from the other indexes.
  const ordered = given.some((term) => /^-?id$/.test(term)) ? given : [...given, 'id'];
  const terms = ordered.flatMap((term) => {
    const name = term.replace(/^-/, '');
    const down = term !== name;
    const own = ownOrders.get(name);
    if (own) return down ? sql`${own} desc` : own;
    if (!publicFields.includes(name)) throw refuse(`cannot be by ${name}, only by ${[...ownOrders.keys(), ...publicFields].join(', ')}`);
    // The databases do not agree on where null goes.
    const { number, string, boolean } = customField(store, name);
    return [number, string, boolean].map((value) => (down ? sql`${value} desc nulls last` : sql`${value} asc nulls first`));
  });
  return sql.join(terms);
}

const ownOrders = new Map([
  ['id', sql`users.id`],
  ['created_at', sql`users.created_at`],
  ['nickname', sql`coalesce(users.nickname, '')`],
]);

const refuse = (message: string) => invalidField('/query/order_by', message);
