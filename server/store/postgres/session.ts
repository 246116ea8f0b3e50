import type pg from 'pg';

/** The isolation level that the service is written for. */
export const readCommitted = 'read committed';

interface PostgresSession {
  /** By `performance.now()`. */
  openedAt: number;
  /** Whether the connection leads to a pooler, so that each query may run on another of its connections. */
  pooled: boolean;
}

const sessions = new WeakMap<pg.ClientBase, PostgresSession>();
/** Time by `performance.now()` at which a pool's connections were last found to lead to the wrong server. */
const suspected = new WeakMap<pg.Pool, number>();

export interface SessionOptions {
  /** Settings of the session, by name. Not applied through a pooler, whose connections are shared. */
  settings: Readonly<Record<string, string>>;
  /** Whether the connection leads to a pooler; detected if undefined. */
  pooled: boolean | undefined;
  /** Milliseconds. */
  timeout: number;
}

/**
 * Checks a new connection and sets it up. Settings are not sent as startup parameters, which PgBouncer refuses.
 *
 * @throws if the database is read-only, like libpq with `target_session_attrs=read-write`, because a standby may be behind; if a pooler
 *   drops settings that the service needs
 */
export async function beginSession(client: pg.ClientBase, { settings, pooled, timeout }: SessionOptions): Promise<void> {
  const query = <R extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    client.query<R>({ text, values, query_timeout: timeout } as pg.QueryConfig);
  const { rows } = await query<{ pid: number; read_only: string; isolation: string }>(
    `select pg_backend_pid() as pid, current_setting('transaction_read_only') as read_only,
       current_setting('default_transaction_isolation') as isolation`,
  );
  const [{ pid, read_only, isolation } = { pid: 0, read_only: 'on', isolation: '' }] = rows;
  if (read_only === 'on') throw new Error('the database is read-only: it is a standby, or default_transaction_read_only is on');
  const session: PostgresSession = {
    openedAt: performance.now(),
    // A pooler makes up the process id in the key for cancelling queries.
    pooled: pooled ?? pid !== processIdOf(client),
  };
  if (session.pooled && settings.search_path !== undefined) {
    throw new Error('schema= has no effect through a pooler: set it for the role instead, alter role … set search_path = …');
  }
  if (session.pooled && isolation !== readCommitted) {
    throw new Error(
      `default_transaction_isolation is ${isolation}, which is not changed through a pooler: alter role … set default_transaction_isolation = '${readCommitted}'`,
    );
  }
  sessions.set(client, session);
  if (session.pooled) return;
  await query('select set_config(name, value, false) from unnest($1::text[], $2::text[]) as settings (name, value)', [
    Object.keys(settings),
    Object.values(settings),
  ]);
}

/** `pg`'s type lacks the process id. */
const processIdOf = (client: pg.ClientBase & { processID?: number | null }) => client.processID;

/** Whether statements can be named. Through a pooler, a name may be unknown or have another text on the next connection. */
export const namesStatements = (client: pg.ClientBase): boolean => sessions.get(client)?.pooled === false;

/** Whether a connection may lead to the wrong server. */
export function isStale(pool: pg.Pool, client: pg.ClientBase): boolean {
  const { openedAt = Number.POSITIVE_INFINITY } = sessions.get(client) ?? {};
  return openedAt <= (suspected.get(pool) ?? Number.NEGATIVE_INFINITY);
}

/** Marks all current connections of a pool to be replaced before their next use. */
export function suspectAll(pool: pg.Pool): void {
  suspected.set(pool, performance.now());
}
