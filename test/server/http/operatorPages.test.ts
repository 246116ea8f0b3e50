import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { hasBrowser, openBrowser } from '../../support/browser.ts';
import { operationIds } from '../../support/contract.ts';
import { startServer } from '../../support/server.ts';

describe('pages besides the operations', () => {
  it('report that the server is alive and ready', async () => {
    const { origin } = await startServer();
    for (const page of ['/healthz', '/readyz']) expect((await fetch(origin + page)).status).toBe(200);
  });

  it('report that it is not ready if the store is unavailable', async () => {
    const { origin, store } = await startServer();
    expect((await fetch(`${origin}/readyz`)).status).toBe(200);
    await store.destroy();
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    expect((await fetch(`${origin}/readyz`)).status).toBe(503);
  });

  it('report that it is not ready if the store lacks a migration', async () => {
    const { origin, store } = await startServer();
    await sql`delete from login_migration where name = (select max(name) from login_migration)`.execute(store);
    expect((await fetch(`${origin}/readyz`)).status).toBe(503);
  });

  it.each(['openapi.json', 'openapi.client.json', 'openapi.zh-CN.json'])('serve %s as it is in the repository', async (file) => {
    const { origin } = await startServer();
    const response = await fetch(`${origin}/${file}`);
    expect(response.headers.get('Content-Type')).toContain('application/json');
    expect(await response.text()).toBe(readFileSync(`generated/${file}`, 'utf8'));
  });

  it('lead a browser from / to the playground', async () => {
    const { origin } = await startServer();
    const headers = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    const response = await fetch(`${origin}/`, { headers, redirect: 'manual' });
    expect([response.status, response.headers.get('Location')]).toEqual([302, 'playground/']);
  });

  it.each(['*/*', 'application/json'])('name at / what there is to read if the client accepts %s', async (accept) => {
    const { origin } = await startServer();
    const index = await fetch(`${origin}/`, { headers: { Accept: accept } });
    const { status, ...places } = (await index.json()) as Record<string, string>;
    expect([status, places]).toEqual(['ok', expect.objectContaining({ contract: 'openapi.json', playground: 'playground/' })]);
    for (const place of Object.values(places)) expect([place, (await fetch(new URL(place, `${origin}/`))).status]).toEqual([place, 200]);
  });

  it.skipIf(!hasBrowser).each(['/docs/recipes', '/docs/recipes.zh-CN', '/sandbox'])('fit a phone and have an icon: %s', async (path) => {
    const { origin } = await startServer();
    const page = await openBrowser();
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(origin + path);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect((await fetch(`${origin}/favicon.ico`)).headers.get('Content-Type')).toContain('image/svg+xml');
    expect(problems).toEqual([]);
  });

  it.skipIf(!hasBrowser).each([
    ['/docs/recipes', 'Contents', 'From a mini-program'],
    ['/docs/recipes.zh-CN', '目录', '邮件'],
  ])('link the contents of %s to each section', async (path, contents, part) => {
    const { origin } = await startServer();
    const page = await openBrowser();
    await page.goto(origin + path);
    const links = page.getByRole('navigation', { name: contents }).getByRole('link');
    expect(await links.count()).toBe(await page.locator('h2, h3').count());
    const last = links.filter({ hasText: part }).last();
    await last.click();
    const id = decodeURIComponent((await last.getAttribute('href')) ?? '').slice(1);
    const place = await page.locator(`[id="${id}"]`).boundingBox();
    expect(place?.y).toBeLessThan(1000);
  });

  it('have recipes for every operation', async () => {
    const { origin } = await startServer();
    const page = await (await fetch(`${origin}/docs/recipes`)).text();
    for (const id of operationIds) expect(page).toContain(`id="${id.toLowerCase()}"`);
  });
});
