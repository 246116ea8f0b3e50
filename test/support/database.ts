import { randomUUID } from 'node:crypto';
import { InsertQueryNode } from 'kysely';
import pg from 'pg';
import { inject, onTestFinished } from 'vitest';
import { createLog } from '../../server/observe/log.ts';
import type { Store } from '../../server/store/schema.ts';
import { openStore } from '../../server/store/store.ts';
import { createFolder } from './folder.ts';

const postgres = inject('postgres');
/** Connections to the databases that no test is using. Emptying one is much faster than creating it, and keeps its tables. */
const idle: pg.Client[] = [];

/** Deletes all rows but those about migrations, without a look at foreign keys. */
const emptied = `
  set session_replication_role = replica;
  do $$ declare name text; begin
    for name in select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely%' loop
      execute format('delete from %I', name);
    end loop;
  end $$`;

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
    await client.query(emptied);
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
  const client = new pg.Client(url + name);
  await client.connect();
  return client;
}
