import type pg from 'pg';
import { isDatabaseError } from './postgresFaults.ts';
import { preparedNames } from './prepared.ts';
import { storeUnavailable } from './unavailable.ts';

/**
 * SQLSTATEs of a database that cannot do now what it could do before, by their beginnings: connections, resources, shutdown and
 * timeouts, the system's own errors; a standby that only reads yet, two that waited too long, and a query that was sent behind the one
 * that should have prepared it.
 */
const unavailable = /^(08|53|57|58|25006|25P03|26000|55P03)/;

/** A connection of the pool that nobody else uses until it is released. Its queries throw store_unavailable where PostgreSQL itself is the fault. */
export interface Connection {
  query<R>(sql: string, parameters: readonly unknown[]): Promise<pg.QueryResult<R & pg.QueryResultRow>>;
  /** Sends what `ask` asks in one piece. */
  inOnePiece<T>(ask: () => T): T;
  release(): void;
}

/** @throws store_unavailable where there is none in time */
export async function connect(pool: pg.Pool): Promise<Connection> {
  const client = await pool.connect().catch((error: unknown) => {
    throw storeUnavailable(error);
  });
  let broken = false;
  return {
    query: (sql, parameters) =>
      // Under a name PostgreSQL parses and plans a query once for each connection, which takes it longer than to run one.
      client.query({ name: preparedNames.get(sql), text: sql, values: [...parameters] }).catch((error: unknown) => {
        // What PostgreSQL did not say itself is a fault of the connection, and what is fatal is its end.
        if (!isDatabaseError(error) || error.severity !== 'ERROR') broken = true;
        else if (!unavailable.test(error.code ?? '')) throw error;
        throw storeUnavailable(error);
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
    release: () => client.release(broken),
  };
}
