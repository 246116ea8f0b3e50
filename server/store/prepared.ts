import type { Compilable, CompiledQuery, DialectAdapter, QueryResult } from 'kysely';
import { noteQuery } from '../observe/currentRequest.ts';
import type { Store } from './store.ts';

/** A query that runs with other values each time. */
export type Prepared<Values, Row> = (store: Store, values: Values) => Promise<Row[]>;

/** The names under which a database can keep the plans of prepared queries, by their text. */
export const preparedNames = new Map<string, string>();

/** An adapter that runs a query which belongs to no transaction without what Kysely does for one, which takes longer than the query. */
export interface RunsAlone extends DialectAdapter {
  runAlone<R>(query: CompiledQuery<R>): Promise<QueryResult<R>>;
}

const runsAlone = (adapter: DialectAdapter): adapter is RunsAlone => 'runAlone' in adapter;

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
    if (!preparedNames.has(query.sql)) preparedNames.set(query.sql, `prepared_${preparedNames.size}`);
    return query;
  }

  return async (store, values) => {
    const { adapter } = store.getExecutor();
    const query = compiled.get(adapter) ?? compile(store);
    const parameters = query.parameters.map((value) => (value instanceof StandIn ? values[value.name] : value));
    const filled = { ...query, parameters };
    const alone = !store.isTransaction && runsAlone(adapter);
    const { rows } = await (alone ? runNoted<Row>(adapter, filled) : store.executeQuery<Row>(filled));
    return rows;
  };
}

async function runNoted<Row>(adapter: RunsAlone, query: CompiledQuery<Row>): Promise<QueryResult<Row>> {
  const started = performance.now();
  try {
    return await adapter.runAlone(query);
  } finally {
    noteQuery({ query, queryDurationMillis: performance.now() - started });
  }
}
