import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { hasBrowser, openBrowser } from '../support/browser.ts';
import { startServer } from '../support/server.ts';

it('says that it is alive and ready', async () => {
  const { origin } = await startServer();
  for (const page of ['/healthz', '/readyz']) expect((await fetch(origin + page)).status).toBe(200);
});

it('says that it is not ready when the store is away', async () => {
  const { origin, store } = await startServer();
  expect((await fetch(`${origin}/readyz`)).status).toBe(200);
  await store.destroy();
  expect((await fetch(`${origin}/healthz`)).status).toBe(200);
  expect((await fetch(`${origin}/readyz`)).status).toBe(503);
});

it('says that it is not ready when the store lacks a migration', async () => {
  const { origin, store } = await startServer();
  await sql`delete from kysely_migration where name = (select max(name) from kysely_migration)`.execute(store);
  expect((await fetch(`${origin}/readyz`)).status).toBe(503);
});

it('serves the contract as it is in the repository', async () => {
  const { origin } = await startServer();
  const response = await fetch(`${origin}/openapi.json`);
  expect(response.headers.get('Content-Type')).toContain('application/json');
  expect(await response.text()).toBe(readFileSync('generated/openapi.json', 'utf8'));
});

it.skipIf(!hasBrowser)('shows a reference that fetches nothing from anywhere else', async () => {
  const { origin } = await startServer();
  const page = await openBrowser();
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  const problems: string[] = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.goto(`${origin}/docs`);
  await page.getByText('Log in silently on WeChat').click();
  await page.getByText('Use it at app start').waitFor();
  expect(await page.locator('.opblock').count()).toBe(45);
  expect(asked.filter((url) => !url.startsWith(origin) && !url.startsWith('data:'))).toEqual([]);
  expect(problems).toEqual([]);
});
