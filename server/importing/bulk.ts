import { CompiledQuery, type RawBuilder, sql } from 'kysely';
import { isPostgres } from '../store/isPostgres.ts';
import type { Schema, Store } from '../store/schema.ts';

type Value = string | number | null;

/** Rows of a statement on SQLite: more are no faster, and few texts are prepared once. */
const rowsPerStatement = 30;

/**
 * Inserts many rows by few statements. Measured for users with their names and identities: docs/decisions/0023-import.md.
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
  const conflict = onConflict === 'skip' ? 'on conflict do nothing' : '';
  if (isPostgres(store)) {
    // One parameter, their JSON, because PostgreSQL takes at most 65,535.
    const names = sql.join(columns.map((name) => sql.ref(name)));
    const values = sql.join(columns.map((name) => sql`r.${sql.ref(name)}`));
    const source = sql`json_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::json) as r`;
    await sql`insert into ${sql.table(table)} (${names}) select ${values} from ${source} ${sql.raw(conflict)}`.execute(store);
    return;
  }
  const row = `(${columns.map(() => '?').join()})`;
  const insert = (part: typeof rows) => {
    const text = `insert into "${table}" (${columns.join()}) values ${part.map(() => row).join()} ${conflict}`;
    const values = part.flatMap((each) => columns.map((name) => each[name]));
    // Written out, because a statement with so many parameters takes Kysely longer to build than SQLite to run.
    return store.executeQuery(CompiledQuery.raw(text, values));
  };
  const rest = rows.length % rowsPerStatement;
  for (let from = 0; from < rows.length - rest; from += rowsPerStatement) await insert(rows.slice(from, from + rowsPerStatement));
  for (const last of rows.slice(rows.length - rest)) await insert([last]);
}

/** A condition that an expression is one of many texts or numbers, given as one parameter. */
export function isOneOf(store: Store, column: string, values: readonly (string | number)[]): RawBuilder<boolean> {
  if (isPostgres(store)) return sql<boolean>`${sql.ref(column)} = any(${values})`;
  return sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`;
}

/**
 * Brings PostgreSQL's statistics of tables up to date, which it does by itself a minute later. Without them it takes any index that begins with
 * the tenant for a look-up by key, and so for every foreign key that an insert checks, and reads all rows of the tenant. SQLite needs none.
 */
export async function analyze(store: Store, tables: readonly (keyof Schema)[]): Promise<void> {
  if (isPostgres(store)) await sql`analyze ${sql.join(tables.map((name) => sql.table(name)))}`.execute(store);
}
