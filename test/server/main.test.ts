import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createLog } from '../../server/log.ts';
import { openStore } from '../../server/store/store.ts';
import { createFolder } from '../support/folder.ts';
import { spawnServer } from '../support/process.ts';

it('is ready soon after `npm start` in a fresh folder', async () => {
  const started = performance.now();
  const server = spawnServer({ DATABASE_URL: `sqlite:${createFolder()}/data/login.db`, SECRET_KEY: '' }, 'npm');
  const { status } = await fetch(`${await server.ready}/readyz`);
  const seconds = (performance.now() - started) / 1000;
  process.stdout.write(`npm start: ready after ${seconds.toFixed(2)} s\n`);
  expect(status).toBe(200);
  expect(seconds).toBeLessThan(10);
});

it.each([
  ['PostgreSQL is away', 'postgres://login:open-sesame@127.0.0.1:1/login', 'connect ECONNREFUSED 127.0.0.1:1'],
  ['the URL cannot be read', 'postgres://login:open-sesame@127.0.0.1:http/login', 'Invalid URL'],
  ['the file cannot be made', 'sqlite:/dev/null/login.db', "EEXIST: file already exists, mkdir '/dev/null'"],
])('says in one line what is wrong where %s', async (_case, DATABASE_URL, reason) => {
  const server = spawnServer({ DATABASE_URL });
  server.secrets.add('open-sesame');
  expect(await server.ended).toEqual({ how: 1, output: `Cannot start:\nDATABASE_URL: ${reason}\n` });
});

it('says in one line that a file is no database, and leaves it as it is', async () => {
  const file = `${createFolder()}/login.db`;
  writeFileSync(file, 'x'.repeat(10_000));
  const { ended } = spawnServer({ DATABASE_URL: `sqlite:${file}` });
  expect(await ended).toEqual({ how: 1, output: 'Cannot start:\nDATABASE_URL: file is not a database\n' });
  expect(readFileSync(file, 'utf8')).toBe('x'.repeat(10_000));
});

it('says in one line that a database file is damaged', async () => {
  const file = `${createFolder()}/login.db`;
  await (await openStore(`sqlite:${file}`, createLog('silent'))).destroy();
  truncateSync(file, 4096);
  const { ended } = spawnServer({ DATABASE_URL: `sqlite:${file}` });
  expect(await ended).toEqual({ how: 1, output: 'Cannot start:\nDATABASE_URL: database disk image is malformed\n' });
});
