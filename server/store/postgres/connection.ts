import type pg from 'pg';
import { preparedNames } from '../prepared.ts';
import { storeUnavailable } from '../unavailable.ts';
import { connectEncrypted } from './encryption.ts';
import { isDatabaseError } from './faults.ts';
import { isStale, namesStatements, suspectAll } from './session.ts';

/**
 * SQLSTATEs of a database that cannot do now what it could do before, by their beginnings: resources, shutdown and timeouts, the system's
 * own errors, and two that waited too long.
 */
const unavailable = /^(53|57|58|25P03|55P03)/;
/**
 * SQLSTATEs of faults that belong to the connection and not to the query: it is lost, shut down or read-only, it leads to a server that does
 * not have the statement that was prepared or has another by that name, or it was sent behind the query that should have prepared it.
 */
const ofConnection = /^(08|57P0|25006|26000|42P05)/;
const readOnly = '25006';

/** A connection of the pool that nobody else uses until it is released. Its queries throw store_unavailable where PostgreSQL itself is the fault. */
export interface Connection {
  query<R>(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult<R & pg.QueryResultRow>>;
  /** Sends what `ask` asks in one piece. */
  inOnePiece<T>(ask: () => T): T;
  release(): void;
}

/** @throws store_unavailable where there is none in time, or the database only reads */
export async function connect(pool: pg.Pool): Promise<Connection> {
  const client = await freshClient(pool).catch((error: unknown) => {
    throw storeUnavailable(error);
  });
  const named = namesStatements(client);
  let broken = false;

  /** Whether a fault is the database's, not the query's; notes what it means for the connection. */
  function isOfDatabase(error: unknown): boolean {
    // What PostgreSQL did not say itself is a fault of the connection, and what is fatal is its end.
    if (!isDatabaseError(error) || error.severity !== 'ERROR') {
      broken = true;
      return true;
    }
    const code = error.code ?? '';
    if (ofConnection.test(code)) broken = true;
    // After a failover every connection of before may lead to the standby that was the primary.
    if (code === readOnly) suspectAll(pool);
    return broken || unavailable.test(code);
  }

  return {
    query: (sql, parameters) =>
      // Under a name PostgreSQL parses and plans a query once for each connection, which takes it longer than to run one.
      client.query({ name: named ? preparedNames.get(sql) : undefined, text: sql, values: [...parameters] }).catch((error: unknown) => {
        throw isOfDatabase(error) ? storeUnavailable(error) : error;
      }),
    inOnePiece(ask) {
      const { stream } = client.connection;
      stream.cork();
      try {
        return ask();
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
