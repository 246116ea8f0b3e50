import { hash } from 'node:crypto';
import { type Compilable, type CompiledQuery, type Expression, type OperationNode, ValueNode } from 'kysely';
import type { Store } from './schema.ts';

/** A query that is built once and runs with different values each time. */
export interface Prepared<Values, Row> {
  (store: Store, values: Values): Promise<Row[]>;
  /** The compiled query with its values. */
  compile(store: Store, values: Values): CompiledQuery<Row>;
}

/**
 * Names of prepared statements on PostgreSQL, by their text. A name is a hash of the text, so that processes that share a pooler's
 * connections never use one name for different queries.
 */
export const statementNames = new Map<string, string>();

/** Placeholder for a named parameter: an expression of the query, without a value. */
class Parameter<T> implements Expression<T> {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  get expressionType(): T | undefined {
    return undefined;
  }

  toOperationNode(): OperationNode {
    return ValueNode.create(this);
  }
}

/** A placeholder for each value. */
export type Placeholders<Values> = { readonly [Name in keyof Values]-?: Expression<Exclude<Values[Name], undefined>> };

const placeholdersOf = <Values>(): Placeholders<Values> =>
  new Proxy({} as Placeholders<Values>, { get: (_target, name) => new Parameter(String(name)) });

/**
 * Builds and compiles a query once, because that takes Kysely longer than the database takes to run it.
 *
 * @param build receives placeholders, which are expressions of the query
 */
export function prepare<Values extends Record<string, unknown>, Row>(
  build: (store: Store, values: Placeholders<Values>) => Compilable<Row>,
): Prepared<Values, Row> {
  // Keyed by the adapter, which a store shares with its transactions.
  const compiled = new WeakMap<object, CompiledQuery<Row>>();

  function compileOnce(store: Store): CompiledQuery<Row> {
    const { adapter } = store.getExecutor();
    const query = compiled.get(adapter) ?? build(store, placeholdersOf<Values>()).compile();
    compiled.set(adapter, query);
    if (!statementNames.has(query.sql)) statementNames.set(query.sql, `login_${hash('sha256', query.sql, 'base64url')}`);
    return query;
  }

  function compile(store: Store, values: Values): CompiledQuery<Row> {
    const query = compileOnce(store);
    return { ...query, parameters: query.parameters.map((value) => (value instanceof Parameter ? values[value.name] : value)) };
  }

  const run = async (store: Store, values: Values) => (await store.executeQuery(compile(store, values))).rows;
  return Object.assign(run, { compile });
}
