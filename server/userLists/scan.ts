import { type Expression, type SqlBool, sql } from 'kysely';
import { tombstones } from '../accounts/userState.ts';
import { isPostgres } from '../store/isPostgres.ts';
import type { Store } from '../store/schema.ts';
import type { CandidateRow } from './candidate.ts';
import type { IndexedField } from './order.ts';

/** A scan of users in the order of one index, which reads no more rows than it returns. */
export interface Scan {
  field: IndexedField;
  down: boolean;
  /** Only these users, in any order. */
  ids?: readonly number[] | undefined;
  /** Only the users with this nickname, by id. */
  nickname?: string | undefined;
  /** Only users after this position. */
  after?: ScanPosition | undefined;
}

/** A value of the scanned field, and the id of the user that has it. */
export interface ScanPosition {
  value: string | number;
  id: number;
}

/** Users per query: few at first, because pages are short. */
const firstBatch = 100;
const batch = 1000;

/** Yields users one by one, read in short queries. */
export async function* scanUsers(store: Store, tenantId: string, scan: Scan): AsyncGenerator<CandidateRow> {
  if (scan.ids) {
    yield* await readUsers(store, tenantId, scan.ids);
    return;
  }
  let { after } = scan;
  for (let size = firstBatch; ; size = batch) {
    const rows = await readBatch(store, tenantId, { ...scan, after }, size);
    yield* rows;
    const last = rows.at(-1);
    if (!last || rows.length < size) return;
    after = { value: positionIn(scan.field, last), id: last.id };
  }
}

/**
 * Reads users in an index's order.
 *
 * @param size maximum number of users to return
 * @param offset users that the database skips
 */
export async function readBatch(store: Store, tenantId: string, scan: Scan, size: number, offset = 0): Promise<CandidateRow[]> {
  const { after, field } = scan;
  if (!after || field === 'id') {
    return scanned(store, tenantId, scan, after && compare('id', scan.down, after.id))
      .limit(size)
      .offset(offset)
      .execute();
  }
  // Two ranges, because SQLite uses no index to compare a pair of an expression and a column.
  const equal = sql<SqlBool>`${column(store, field)} = ${after.value} and ${compare('id', scan.down, after.id)}`;
  // All of these have the same value. Sorts by id only, or SQLite would sort again.
  const rows = await scanned(store, tenantId, { ...scan, field: 'id' }, equal)
    .limit(size)
    .execute();
  if (rows.length === size) return rows;
  const behind = compare(column(store, field), scan.down, after.value);
  return [
    ...rows,
    ...(await scanned(store, tenantId, scan, behind)
      .limit(size - rows.length)
      .execute()),
  ];
}

/** Reads users by their ids, in any order. */
export const readUsers = async (store: Store, tenantId: string, ids: readonly number[]): Promise<CandidateRow[]> =>
  ids.length === 0 ? [] : select(store, tenantId).where('id', 'in', ids).execute();

/** Counts the users of a tenant, up to a limit. */
export async function countUsers(store: Store, tenantId: string, limit: number): Promise<number> {
  const { total } = await store
    .selectFrom(
      store
        .selectFrom('users')
        .select('id')
        .where('tenant_id', '=', tenantId)
        .where('state', 'not in', tombstones)
        .limit(limit)
        .as('counted'),
    )
    .select(({ fn }) => fn.countAll().as('total'))
    .executeTakeFirstOrThrow();
  return Number(total);
}

function scanned(store: Store, tenantId: string, { field, down, nickname }: Scan, range: Expression<SqlBool> | undefined) {
  const direction = down ? 'desc' : 'asc';
  let query = select(store, tenantId);
  if (nickname !== undefined) query = query.where(sql<SqlBool>`${column(store, 'nickname')} = ${nickname}`);
  if (range) query = query.where(range);
  if (field !== 'id') query = query.orderBy(column(store, field), direction);
  return query.orderBy('id', direction);
}

const select = (store: Store, tenantId: string) =>
  store
    .selectFrom('users')
    .select(['id', 'created_at', 'nickname', 'avatar', 'fields'])
    .where('tenant_id', '=', tenantId)
    .where('state', 'not in', tombstones);

const compare = (side: 'id' | ReturnType<typeof column>, down: boolean, value: string | number) => {
  const left = typeof side === 'string' ? sql.ref(side) : side;
  return down ? sql<SqlBool>`${left} < ${value}` : sql<SqlBool>`${left} > ${value}`;
};

const positionIn = (field: IndexedField, row: CandidateRow): string | number => (field === 'nickname' ? (row.nickname ?? '') : row[field]);

/** The indexed expression of a field. PostgreSQL would otherwise sort texts by the database's locale; SQLite sorts bytes. */
function column(store: Store, field: IndexedField) {
  if (field !== 'nickname') return sql.ref<string | number>(field);
  return isPostgres(store) ? sql<string>`(coalesce(nickname, '') collate "C")` : sql<string>`coalesce(nickname, '')`;
}
