import { PostgresAdapter, type RawBuilder, sql } from 'kysely';
import type { Store } from './store.ts';

/** One name of `users.fields` as SQL, once for each type of value: null where it holds another type, or nothing. */
export interface CustomFieldSql {
  string: RawBuilder<string | null>;
  number: RawBuilder<number | null>;
  /** 1 for true, 0 for false. */
  boolean: RawBuilder<number | null>;
  /** Of any type, null where there is none. */
  any: RawBuilder<unknown>;
}

/** The databases have no JSON operator in common; this is the one place where that shows. */
export const customField = (store: Store, name: string): CustomFieldSql =>
  store.getExecutor().adapter instanceof PostgresAdapter ? inPostgres(name) : inSqlite(name);

function inPostgres(name: string): CustomFieldSql {
  const json = sql`(users.fields::jsonb -> ${name}::text)`;
  const text = sql`(users.fields::jsonb ->> ${name}::text)`;
  return {
    string: sql`case jsonb_typeof(${json}) when 'string' then ${text} end`,
    number: sql`case jsonb_typeof(${json}) when 'number' then ${text}::numeric end`,
    boolean: sql`case ${json} when 'true' then 1 when 'false' then 0 end`,
    any: json,
  };
}

function inSqlite(name: string): CustomFieldSql {
  const value = sql`json_extract(users.fields, ${`$.${name}`})`;
  const type = sql`json_type(users.fields, ${`$.${name}`})`;
  return {
    string: sql`case ${type} when 'text' then ${value} end`,
    number: sql`case when ${type} in ('integer', 'real') then ${value} end`,
    boolean: sql`case ${type} when 'true' then 1 when 'false' then 0 end`,
    any: type,
  };
}
