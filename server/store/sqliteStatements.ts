import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { CompiledQuery, QueryResult } from 'kysely';
import { toStoreError } from './sqliteFaults.ts';

/** Far more than the server has queries; those whose text depends on what a client asks for come and go. */
const mostStatements = 150;

export type Run = <R>(query: Pick<CompiledQuery, 'sql' | 'parameters'>) => QueryResult<R>;

interface Prepared {
  statement: StatementSync;
  /** The names of what each row has; none where there are no rows. */
  columns: string[];
  /** A row without values, to be copied: an object that grows by this many is slow to look at. */
  blank: Record<string, unknown>;
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
    const columns = statement.columns().map(({ name }) => name);
    return { statement, columns, blank: JSON.parse(`{${columns.map((name) => `${JSON.stringify(name)}:null`)}}`) };
  }

  return <R>({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): QueryResult<R> => {
    try {
      const { statement, columns, blank } = find(sql);
      const values = parameters as SQLInputValue[];
      if (columns.length > 0) return { rows: rowsOf(statement, values).map((row) => fill(blank, columns, row) as R) };
      const { changes, lastInsertRowid } = statement.run(...values);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    } catch (error) {
      throw toStoreError(error);
    }
  };
}

/** The type of `all` does not know of `setReturnArrays`. */
const rowsOf = (statement: StatementSync, values: SQLInputValue[]) => statement.all(...values) as unknown as SQLOutputValue[][];

function fill(blank: Record<string, unknown>, columns: string[], values: SQLOutputValue[]): Record<string, unknown> {
  const row = { ...blank };
  for (let index = 0; index < columns.length; index++) row[columns[index] as string] = values[index];
  return row;
}
