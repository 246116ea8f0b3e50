import type { Compilable, CompiledQuery } from 'kysely';
import type { Store } from './store.ts';

/** A query that runs with other values each time. */
export type Prepared<Values, Row> = (store: Store, values: Values) => Promise<Row[]>;

/** The names under which a database can keep the plans of prepared queries, by their text. */
export const preparedNames = new Map<string, string>();

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
    const query = compiled.get(store.getExecutor().adapter) ?? compile(store);
    const parameters = query.parameters.map((value) => (value instanceof StandIn ? values[value.name] : value));
    const { rows } = await store.executeQuery<Row>({ ...query, parameters });
    return rows;
  };
}
