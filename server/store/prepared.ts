import { hash } from 'node:crypto';
import type { Compilable, CompiledQuery, DialectAdapter, QueryResult } from 'kysely';
import { noteQuery, noteWait } from '../observe/currentRequest.ts';
import type { Store } from './schema.ts';

/** A query that runs with other values each time. */
export interface Prepared<Values, Row> {
  (store: Store, values: Values): Promise<Row[]>;
  /** The query with its values, for what runs it in another way. */
  fill(store: Store, values: Values): CompiledQuery<Row>;
}

/**
 * The names under which a database can keep the plans of prepared queries, by their text. A name is made of the text: two processes that
 * share a pooler's connections must not mean different queries by one.
 */
export const preparedNames = new Map<string, string>();

/** An adapter that runs what belongs to no transaction without what Kysely does for a query, which takes longer than the query. */
export interface StoreAdapter extends DialectAdapter {
  runAlone<R>(query: CompiledQuery<R>): Promise<QueryResult<R>>;
  /** Runs a write beside others of the same turn of the event loop, which become durable with it. One that fails takes back only itself. */
  runTogether<R>(write: Write<R>): Promise<R[]>;
  /** Throws where what is open is not any more what another process would open. */
  check?(): void;
}

/** Writes that stand or fall together, in the two forms that the databases take. */
export interface Write<R> {
  /**
   * When it must survive a loss of power: before it is answered, or a second later, for which nobody has to wait on SQLite. PostgreSQL
   * does it before in either case. The end of this process it survives at once.
   */
  durable: 'now' | 'soon';
  /** Sorts writes: those of two processes then lock their rows in the same order, and none waits for one that waits for it. */
  order: string;
  /** As one statement, for PostgreSQL. */
  statement: () => CompiledQuery<R>;
  /** As several, for SQLite, which has no `with` that writes. Nothing else runs between them. */
  steps: (run: <S>(query: CompiledQuery<S>) => S[]) => R[];
}

export const isStoreAdapter = (adapter: DialectAdapter): adapter is StoreAdapter => 'runTogether' in adapter;

/** Runs a write that belongs to no transaction. */
export function runTogether<R>(store: Store, write: Write<R>): Promise<R[]> {
  const { adapter } = store.getExecutor();
  if (store.isTransaction || !isStoreAdapter(adapter)) throw new Error('what is written together has a transaction of its own');
  return timed(
    () => adapter.runTogether(write),
    (milliseconds) => noteWait('store', 'write', milliseconds),
  );
}

/** Stands in a query for the value of a name. */
class StandIn {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}
const standIns = new Proxy({}, { get: (_target, name) => new StandIn(String(name)) });

/**
 * Builds a query once and not at every request: building and compiling takes Kysely longer than running takes the database.
 *
 * @param build is given stand-ins for the values, which can stand where a value stands in a query and not be looked at
 */
export function prepare<Values extends Record<string, unknown>, Row>(
  build: (store: Store, values: Values) => Compilable<Row>,
): Prepared<Values, Row> {
  // The adapter is what a store and its transactions have in common.
  const compiled = new WeakMap<object, CompiledQuery<Row>>();

  function compile(store: Store): CompiledQuery<Row> {
    const query = build(store, standIns as Values).compile();
    compiled.set(store.getExecutor().adapter, query);
    if (!preparedNames.has(query.sql)) preparedNames.set(query.sql, `login_${hash('sha256', query.sql, 'base64url')}`);
    return query;
  }

  function fill(store: Store, values: Values): CompiledQuery<Row> {
    const query = compiled.get(store.getExecutor().adapter) ?? compile(store);
    return { ...query, parameters: query.parameters.map((value) => (value instanceof StandIn ? values[value.name] : value)) };
  }

  async function run(store: Store, values: Values): Promise<Row[]> {
    const { adapter } = store.getExecutor();
    const query = fill(store, values);
    const alone = !store.isTransaction && isStoreAdapter(adapter);
    const { rows } = await (alone
      ? timed(
          () => adapter.runAlone(query),
          (milliseconds) => noteQuery(query.sql, milliseconds),
        )
      : store.executeQuery<Row>(query));
    return rows;
  }
  return Object.assign(run, { fill });
}

async function timed<R>(run: () => Promise<R>, note: (milliseconds: number) => void): Promise<R> {
  const started = performance.now();
  try {
    return await run();
  } finally {
    note(performance.now() - started);
  }
}
