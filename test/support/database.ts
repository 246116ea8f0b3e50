import { randomUUID } from 'node:crypto';
import { InsertQueryNode } from 'kysely';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { createLog } from '../../server/observe/log.ts';
import { migrations } from '../../server/store/migrations/index.ts';
import type { Store } from '../../server/store/schema.ts';
import { openStore } from '../../server/store/store.ts';
import { createFolder } from './folder.ts';

const postgres = inject('postgres');
/** Connections to the databases that no test is using. Emptying one is much faster than creating it, and keeps its tables. */
const idle: pg.Client[] = [];

/**
 * Truncates the tables, so that rows are read in the order of their inserts. A database that lacks a table or a migration, because of a test,
 * loses all tables instead.
 */
const emptying = (tables: readonly string[]): string => `
  do $$ declare name text; filled boolean; begin
    if (select count(*) from public.login_migration) <> ${Object.keys(migrations).length} then
      raise undefined_table;
    end if;
    foreach name in array array[${tables.map((table) => `'${table}'`).join()}] loop
      execute format('select exists (select from public.%I)', name) into filled;
      if filled then execute format('truncate public.%I cascade', name); end if;
    end loop;
  exception when undefined_table then
    drop schema public cascade;
    create schema public;
  end $$`;
let empty: string | undefined;

/** Creates an empty database of the project's kind that several processes can open, for the duration of the test. @returns its URL */
export const createDatabase = async (): Promise<string> =>
  postgres === undefined ? `sqlite:${createFolder()}/login.db` : takeDatabase(postgres);

/** Creates a database for a single process, which is faster. */
export const createOwnDatabase = async (): Promise<string> => (postgres === undefined ? 'sqlite::memory:' : takeDatabase(postgres));

/** The store on a database, closed after the test. */
export async function openTestStore(url: string, log = createLog('silent')): Promise<Store> {
  const store = await openStore(url, log);
  onTestFinished(() => store.destroy());
  return store;
}

/** A store whose next insert of a login name fails with PostgreSQL's error for a deadlock. */
export function deadlockingOnce(store: Store): Store {
  let happened = false;
  return store.withPlugin({
    transformQuery({ node }) {
      if (happened || !InsertQueryNode.is(node) || node.into?.table.identifier.name !== 'login_names') return node;
      happened = true;
      throw Object.assign(new Error('deadlock detected'), { code: '40P01' });
    },
    transformResult: async ({ result }) => result,
  });
}

/** A store whose transactions fail at their commit, as on a full disk. */
export function keepingNothing(store: Store): Store {
  const fail = async () => {
    throw new Error('not kept');
  };
  const transaction = () => ({
    execute: (work: (within: Store) => Promise<unknown>) =>
      store.transaction().execute(async (within) => {
        await work(within);
        await fail();
      }),
  });
  const executor = store.getExecutor();
  const adapter = replacing(executor.adapter, { runTogether: fail });
  return replacing(store, { transaction, getExecutor: () => replacing(executor, { adapter }) });
}

/** Wraps an object, replacing some of its members. */
const replacing = <T extends object>(object: T, members: Record<string, unknown>): T =>
  new Proxy(object, {
    get(_target, name) {
      if (name in members) return members[String(name)];
      const value = Reflect.get(object, name, object);
      return typeof value === 'function' ? value.bind(object) : value;
    },
  });

async function takeDatabase(url: string): Promise<string> {
  const client = idle.pop() ?? (await makeDatabase(url));
  onTestFinished(async () => {
    await client.query(String(empty));
    idle.push(client);
  });
  return url + client.database;
}

async function makeDatabase(url: string): Promise<pg.Client> {
  const name = randomUUID();
  const maker = new pg.Client(url);
  await maker.connect();
  await maker.query(`create database "${name}"`);
  await maker.end();
  // With its tables, which the first test would create.
  await (await openStore(url + name, createLog('silent'))).destroy();
  const client = new pg.Client(url + name);
  await client.connect();
  empty ??= emptying(await tablesOf(client));
  return client;
}

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(
    "select tablename from pg_tables where schemaname = 'public' and tablename not like 'login_migration%'",
  );
  return rows.map(({ tablename }) => tablename);
}
