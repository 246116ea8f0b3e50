import type pg from 'pg';
import { statementNames } from '../prepared.ts';
import { storeUnavailable } from '../unavailable.ts';
import { connectEncrypted } from './encryption.ts';
import { isDatabaseError } from './faults.ts';
import { isStale, namesStatements, suspectAll } from './session.ts';

/**
 * SQLSTATE prefixes of a database that is temporarily unavailable: out of resources, operator intervention, system errors, idle transaction
 * and lock timeouts.
 */
const unavailable = /^(53|57|58|25P03|55P03)/;
/**
 * SQLSTATE prefixes that make a connection unusable: it is lost, shut down or read-only, or leads to a server on which a prepared statement
 * is missing or has another text.
 */
const breaksConnection = /^(08|57P0|25006|26000|42P05)/;
const readOnly = '25006';

/** A connection checked out of the pool. Its queries throw store_unavailable if PostgreSQL or the connection is at fault. */
export interface Client {
  query<R>(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult<R & pg.QueryResultRow>>;
  /** Sends the queries of `start` in one packet, without waiting for the result of each. */
  pipeline<T>(start: () => T): T;
  release(): void;
}

/** @throws store_unavailable if no connection is free in time, or the database is read-only */
export async function checkOut(pool: pg.Pool): Promise<Client> {
  const client = await freshClient(pool).catch((error: unknown) => {
    throw storeUnavailable(error);
  });
  const named = namesStatements(client);
  let broken = false;

  /** Whether the database or the connection failed, instead of the query. Marks the connection as broken if necessary. */
  function isDatabaseFault(error: unknown): boolean {
    // Errors that PostgreSQL did not report are the connection's, and FATAL and PANIC end it.
    if (!isDatabaseError(error) || error.severity !== 'ERROR') {
      broken = true;
      return true;
    }
    const code = error.code ?? '';
    if (breaksConnection.test(code)) broken = true;
    // After a failover, every older connection may lead to the former primary.
    if (code === readOnly) suspectAll(pool);
    return broken || unavailable.test(code);
  }

  return {
    query: (sql, parameters) =>
      // PostgreSQL parses and plans a named statement once for each connection, which takes longer than running it.
      client.query({ name: named ? statementNames.get(sql) : undefined, text: sql, values: [...parameters] }).catch((error: unknown) => {
        throw isDatabaseFault(error) ? storeUnavailable(error) : error;
      }),
    pipeline(start) {
      const { stream } = client.connection;
      stream.cork();
      try {
        return start();
      } finally {
        stream.uncork();
      }
    },
    release: () => client.release(broken || isStale(pool, client)),
  };
}

async function freshClient(pool: pg.Pool): Promise<pg.PoolClient> {
  const client = await connectEncrypted(pool);
  if (!isStale(pool, client)) return client;
  client.release(true);
  return freshClient(pool);
}
