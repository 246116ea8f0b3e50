import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { CompiledQuery, QueryResult } from 'kysely';
import { toStoreError } from './faults.ts';

/** Far more than the server has queries; those whose text depends on what a client asks for come and go. */
const mostStatements = 150;

export type Run = <R>(query: Pick<CompiledQuery, 'sql' | 'parameters'>) => QueryResult<R>;

type ToRow = (values: SQLOutputValue[]) => Record<string, unknown>;

interface Prepared {
  statement: StatementSync;
  /** Undefined where there are no rows. */
  toRow: ToRow | undefined;
}

/**
 * Runs Kysely's queries on a connection, which keeps the statements that it used last.
 *
 * @returns throws store_unavailable where the file is the fault
 */
export function createStatements(database: DatabaseSync): Run {
  let kept = new Map<string, Prepared>();
  /** What was kept before, from which goes on what is used again. */
  let older = new Map<string, Prepared>();

  function find(sql: string): Prepared {
    const known = kept.get(sql);
    if (known) return known;
    if (kept.size === mostStatements) {
      older = kept;
      kept = new Map();
    }
    const prepared = older.get(sql) ?? prepare(sql);
    kept.set(sql, prepared);
    return prepared;
  }

  function prepare(sql: string): Prepared {
    const statement = database.prepare(sql);
    // The objects that SQLite gives take longer to make and to look at: they have no shape in common.
    statement.setReturnArrays(true);
    return { statement, toRow: compileRow(statement.columns().map(({ name }) => name)) };
  }

  return <R>({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): QueryResult<R> => {
    try {
      const { statement, toRow } = find(sql);
      const values = parameters as SQLInputValue[];
      if (toRow) return { rows: rowsOf(statement, values).map((row) => toRow(row) as R) };
      const { changes, lastInsertRowid } = statement.run(...values);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    } catch (error) {
      throw toStoreError(error);
    }
  };
}

/** The type of `all` does not know of `setReturnArrays`. */
const rowsOf = (statement: StatementSync, values: SQLInputValue[]) => statement.all(...values) as unknown as SQLOutputValue[][];

/**
 * What makes an object of a row's values, compiled for its columns: one that grew by so many names would be slow to make and to look at.
 * The names are those of our own queries.
 */
function compileRow(columns: string[]): ToRow | undefined {
  if (columns.length === 0) return undefined;
  const properties = columns.map((name, index) => `[${JSON.stringify(name)}]: values[${index}]`);
  return new Function('values', `return { ${properties.join(', ')} };`) as ToRow;
}
