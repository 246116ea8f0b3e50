import { type RawBuilder, sql } from 'kysely';
import { isPostgres } from './isPostgres.ts';
import type { Schema, Store } from './schema.ts';

type Value = string | number | null;

/**
 * Inserts many rows with one parameter, their JSON, because a statement with a parameter for each value takes Kysely longer than the
 * database. Measured for 500 users with their names and identities: docs/decisions/0023-import.md.
 *
 * @param columns the columns to write; the others get their defaults
 * @param onConflict `skip` leaves out rows that violate a unique constraint
 */
export async function insertRows<Table extends keyof Schema, Column extends keyof Schema[Table] & string>(
  store: Store,
  table: Table,
  columns: readonly Column[],
  rows: readonly Record<Column, Value>[],
  onConflict?: 'skip',
): Promise<void> {
  if (rows.length === 0) return;
  const names = sql.join(columns.map((name) => sql.ref(name)));
  const conflict = onConflict === 'skip' ? sql`on conflict do nothing` : sql``;
  if (isPostgres(store)) {
    const values = sql.join(columns.map((name) => sql`r.${sql.ref(name)}`));
    const source = sql`json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::json) as r`;
    await sql`insert into ${sql.table(table)} (${names}) select ${values} from ${source} ${conflict}`.execute(store);
    return;
  }
  const values = sql.join(columns.map((_name, place) => sql`value ->> ${sql.lit(place)}`));
  const json = JSON.stringify(rows.map((row) => columns.map((name) => row[name])));
  // `where true` tells SQLite's parser that what follows is no join.
  await sql`insert into ${sql.table(table)} (${names}) select ${values} from json_each(${json}) where true ${conflict}`.execute(store);
}

/** A condition that an expression is one of many texts or numbers, given as one parameter. */
export function isOneOf(store: Store, column: string, values: readonly (string | number)[]): RawBuilder<boolean> {
  if (isPostgres(store)) return sql<boolean>`${sql.ref(column)} = any(${values})`;
  return sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`;
}
