import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { CompiledQuery, QueryResult } from 'kysely';
import { toStoreError } from './sqliteFaults.ts';

/** Far more than the server has queries; those whose text depends on what a client asks for come and go. */
const mostStatements = 300;

export type Run = <R>(query: Pick<CompiledQuery, 'sql' | 'parameters'>) => QueryResult<R>;

interface Prepared {
  statement: StatementSync;
  /** Whether it gives rows. */
  reads: boolean;
}

/**
 * Runs Kysely's queries on a connection, which keeps the statements that it used last.
 *
 * @returns throws store_unavailable where the file is the fault
 */
export function createStatements(database: DatabaseSync): Run {
  const kept = new Map<string, Prepared>();

  function prepare(sql: string): Prepared {
    const known = kept.get(sql);
    if (known) {
      // The one that was used last stands at the end.
      kept.delete(sql);
      kept.set(sql, known);
      return known;
    }
    const statement = database.prepare(sql);
    const prepared = { statement, reads: statement.columns().length > 0 };
    kept.set(sql, prepared);
    const [oldest] = kept.keys();
    if (kept.size > mostStatements && oldest !== undefined) kept.delete(oldest);
    return prepared;
  }

  return <R>({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): QueryResult<R> => {
    try {
      const { statement, reads } = prepare(sql);
      const values = parameters as SQLInputValue[];
      if (reads) return { rows: statement.all(...values) as R[] };
      const { changes, lastInsertRowid } = statement.run(...values);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    } catch (error) {
      throw toStoreError(error);
    }
  };
}
