import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { buildServer } from '../../tools/buildServer.ts';
import { type Cluster, startCluster } from '../support/cluster.ts';
import type { StoreName } from './figures.ts';
import { callers, clientId, type Person, settlePeople } from './people.ts';
import { startPlatform } from './platform.ts';
import { type Process, startProcess } from './processes.ts';

/** A server on a store with some number of people, and the callers among them. */
export interface Stage {
  store: StoreName;
  /** Whether the store holds many more people than callers. */
  many: boolean;
  people: Person[];
  server: Process;
  /** Runs another server on the same store. */
  startAnother(): Promise<Process>;
}

/** The server as production runs it. */
const built = 'dist/server';

export interface Stages {
  set(store: StoreName, users: number): Promise<Stage>;
  stop(): Promise<void>;
}

/**
 * @param folder folder of the SQLite databases and the apps file
 * @param others the app's platforms besides WeChat, as `APPS_FILE` has them
 */
export async function createStages(folder: string, others: object = {}): Promise<Stages> {
  await buildServer(built);
  let cluster: Cluster | undefined;
  const appsFile = join(folder, 'apps.json');
  const wechat = { app_id: 'wx-bench', app_secret: 'secret of the bench', base_url: await startPlatform() };
  writeFileSync(appsFile, JSON.stringify({ apps: [{ client_id: clientId, name: 'Bench', platforms: { wechat, ...others } }] }));

  async function createDatabase(store: StoreName, name: string): Promise<string> {
    if (store === 'sqlite') return `sqlite:${folder}/${name}.db`;
    cluster ??= await startCluster(['-c', 'shared_buffers=512MB', '-c', 'max_wal_size=4GB']);
    const client = new pg.Client(cluster.url);
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    return cluster.url + name;
  }

  return {
    async set(store, users) {
      const url = await createDatabase(store, `people${users}`);
      const people = await settlePeople(url, users);
      const start = () =>
        startProcess(`${built}/start.js`, '/readyz', {
          NODE_ENV: 'production',
          DATABASE_URL: url,
          APPS_FILE: appsFile,
          SECRET_KEY: 'a secret key for the bench, 32 characters',
          RATE_LIMIT: 'off',
        });
      return { store, many: users > callers, people, server: await start(), startAnother: start };
    },
    stop: async () => cluster?.stop(),
  };
}
