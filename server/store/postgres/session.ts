import type pg from 'pg';

/** Minimum age of a connection in milliseconds; up to twice that, at random, so that connections do not end together. */
const leastAge = 300_000;

/** The isolation that the service is written for. */
export const readCommitted = 'read committed';

interface PostgresSession {
  /** As `performance.now` gives them. */
  openedAt: number;
  endsAt: number;
  /** Whether a pooler is in between, so that the next query may run on another of its connections. */
  pooled: boolean;
}

const sessions = new WeakMap<pg.ClientBase, PostgresSession>();
/** When the connections of a pool were last found to lead to the wrong server, as `performance.now` gives it. */
const suspected = new WeakMap<pg.Pool, number>();

export interface SessionOptions {
  /** Settings for the time of the connection, by name. A pooler's connections are shared and do not get them. */
  settings: Readonly<Record<string, string>>;
  /** Whether a pooler is in between; detected if undefined. */
  pooled: boolean | undefined;
  /** Milliseconds. */
  timeout: number;
}

/**
 * Looks at a connection before its first use, and sets it up. Nothing is sent as a startup parameter, because PgBouncer refuses those.
 *
 * @throws if the database only reads, like libpq with `target_session_attrs=read-write`: a standby's sessions may be stale; if a pooler
 *   drops settings that the service needs
 */
export async function beginSession(client: pg.ClientBase, { settings, pooled, timeout }: SessionOptions): Promise<void> {
  const ask = <R extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    client.query<R>({ text, values, query_timeout: timeout } as pg.QueryConfig);
  const { rows } = await ask<{ pid: number; read_only: string; isolation: string }>(
    `select pg_backend_pid() as pid, current_setting('transaction_read_only') as read_only,
       current_setting('default_transaction_isolation') as isolation`,
  );
  const [{ pid, read_only, isolation } = { pid: 0, read_only: 'on', isolation: '' }] = rows;
  if (read_only === 'on') throw new Error('the database is read-only: it is a standby, or default_transaction_read_only is on');
  const openedAt = performance.now();
  const session: PostgresSession = {
    openedAt,
    endsAt: openedAt + leastAge * (1 + Math.random()),
    // A pooler makes up the process id that a client gets with its key for cancelling.
    pooled: pooled ?? pid !== processIdOf(client),
  };
  if (session.pooled && settings.search_path !== undefined) {
    throw new Error('schema= does not reach through a pooler: set it for the role instead, alter role … set search_path = …');
  }
  if (session.pooled && isolation !== readCommitted) {
    throw new Error(
      `default_transaction_isolation is ${isolation}, which is not changed through a pooler: alter role … set default_transaction_isolation = '${readCommitted}'`,
    );
  }
  sessions.set(client, session);
  if (session.pooled) return;
  await ask('select set_config(name, value, false) from unnest($1::text[], $2::text[]) as given (name, value)', [
    Object.keys(settings),
    Object.values(settings),
  ]);
}

/** `pg`'s type lacks the process id. */
const processIdOf = (client: pg.ClientBase & { processID?: number | null }) => client.processID;

/** Whether statements can have names: a pooler would run one on a connection that knows nothing of it, or something else by that name. */
export const namesStatements = (client: pg.ClientBase): boolean => sessions.get(client)?.pooled === false;

/** Whether a connection is too old, or may lead to the wrong server. */
export function isStale(pool: pg.Pool, client: pg.ClientBase): boolean {
  const session = sessions.get(client);
  if (!session) return false;
  return performance.now() >= session.endsAt || session.openedAt <= (suspected.get(pool) ?? Number.NEGATIVE_INFINITY);
}

/** Has every connection that a pool has now replaced before it is used again. */
export function suspectAll(pool: pg.Pool): void {
  suspected.set(pool, performance.now());
}
