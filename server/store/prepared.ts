import type { Compilable, CompiledQuery } from 'kysely';
import type { Store } from './store.ts';

/** A query that runs with other values each time. */
export type Prepared<Values, Row> = (store: Store, values: Values) => Promise<Row[]>;

/** A query of which the database keeps its plan. */
export interface NamedQuery<Row = unknown> extends CompiledQuery<Row> {
  preparedName: string;
}

/** Stands in a query for the value of a name. */
class StandIn {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}
const standIns = new Proxy({}, { get: (_target, name) => new StandIn(String(name)) });

let count = 0;

/**
 * Builds a query once and not at every request: building and compiling takes Kysely longer than running takes the database.
 *
 * @param build is given stand-ins for the values, which can stand where a value stands in a query and not be looked at
 */
export function prepare<Values extends Record<string, unknown>, Row>(
  build: (store: Store, values: Values) => Compilable<Row>,
): Prepared<Values, Row> {
  const preparedName = `prepared_${++count}`;
  // The adapter is what a store and its transactions have in common.
  const compiled = new WeakMap<object, CompiledQuery<Row>>();
  return async (store, values) => {
    const { adapter } = store.getExecutor();
    const query = compiled.get(adapter) ?? build(store, standIns as Values).compile();
    compiled.set(adapter, query);
    const parameters = query.parameters.map((value) => (value instanceof StandIn ? values[value.name] : value));
    const named: NamedQuery<Row> = { ...query, parameters, preparedName };
    const { rows } = await store.executeQuery<Row>(named);
    return rows;
  };
}
