import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { CompiledQuery, QueryResult } from 'kysely';
import { toStoreError } from './faults.ts';

/** Maximum number of cached statements: far more than there are fixed queries, because the text of other queries depends on the request. */
const maxStatements = 300;

export type Run = <R>(query: Pick<CompiledQuery, 'sql' | 'parameters'>) => QueryResult<R>;

interface CachedStatement {
  statement: StatementSync;
  returnsRows: boolean;
}

/**
 * Runs Kysely's queries on a connection, with a cache of prepared statements.
 *
 * @returns a function that throws store_unavailable if the database file is unavailable
 */
export function createStatements(database: DatabaseSync): Run {
  const statements = new Map<string, CachedStatement>();

  /** Finds or prepares a statement and marks it as the most recently used. */
  function prepare(sql: string): CachedStatement {
    const cached = statements.get(sql);
    if (cached) {
      statements.delete(sql);
      statements.set(sql, cached);
      return cached;
    }
    const statement = database.prepare(sql);
    const prepared = { statement, returnsRows: statement.columns().length > 0 };
    statements.set(sql, prepared);
    const [oldest] = statements.keys();
    if (statements.size > maxStatements && oldest !== undefined) statements.delete(oldest);
    return prepared;
  }

  return <R>({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): QueryResult<R> => {
    try {
      const { statement, returnsRows } = prepare(sql);
      const values = parameters as SQLInputValue[];
      if (returnsRows) return { rows: statement.all(...values) as R[] };
      const { changes, lastInsertRowid } = statement.run(...values);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    } catch (error) {
      throw toStoreError(error);
    }
  };
}
