import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { registerEmail } from '../../support/accounts.ts';
import { hasBrowser, openBrowser } from '../../support/browser.ts';
import { startServer } from '../../support/server.ts';

const prefix = '/auth';

/** Acts as nginx with `location /auth/ { proxy_pass http://server/; }` and nothing else. */
async function startPrefixed(origin: () => string): Promise<string> {
  const server = createServer((incoming, response) => {
    const { method, url = '', headers } = incoming;
    if (!url.startsWith(`${prefix}/`)) return void response.writeHead(404).end('the site has no such page');
    const onward = request(origin() + url.slice(prefix.length), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
}

async function start() {
  let origin = '';
  const site = await startPrefixed(() => origin);
  const server = await startServer({ services: { publicUrl: site } });
  origin = server.origin;
  return { server, site };
}

describe('a server under a path prefix', () => {
  it('redirects from the prefix to its pages', async () => {
    const { site } = await start();
    for (const [path, page] of [
      ['/', '/playground/'],
      ['/playground', '/playground/'],
      ['/docs/', '/docs'],
    ]) {
      const response = await fetch(site + path, { headers: { Accept: 'text/html' } });
      expect([path, response.status, response.url]).toEqual([path, 200, site + page]);
    }
  });

  it.each([
    '/docs',
    '/docs/zh-CN',
    '/docs/recipes',
    '/docs/recipes.zh-CN',
    '/sandbox',
  ])('serves %s with all its links working', async (path) => {
    const { site } = await start();
    const page = await (await fetch(site + path)).text();
    const named = [...page.matchAll(/(?:href|src)="([^"#]*)[^"]*"/g)]
      .map(([, url = '']) => url)
      .filter((url) => url && !/^https?:/.test(url));
    expect(named.length).toBeGreaterThan(0);
    for (const url of new Set(named)) expect([url, (await fetch(new URL(url, site + path))).status]).toEqual([url, 200]);
  });

  it.skipIf(!hasBrowser)('shows the reference, with server and recipes under the prefix', async () => {
    const { site } = await start();
    const page = await openBrowser();
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    await page.goto(`${site}/docs`);
    await page.getByRole('link', { name: 'Log in silently on WeChat' }).first().click();
    expect(await page.getByRole('link', { name: 'Recipes: every' }).first().getAttribute('href')).toBe(
      `${site}/docs/recipes#silentloginwechat`,
    );
    await page.getByRole('button', { name: 'Test Request' }).first().click();
    await page.getByRole('button', { name: 'Send' }).first().click();
    await page.getByText('201 Created').first().waitFor();
    expect(problems).toEqual([]);
  });

  it("mails links under the prefix, and so is their form's address", async () => {
    const { server, site } = await start();
    const { token } = await registerEmail(server, 'mei@example.com');
    await server.call('sendVerificationEmail', { token });
    const link = /https?:\S+token=\S+/.exec((await server.mailTo('mei@example.com'))?.text ?? '')?.[0] ?? expect.unreachable();
    expect(link.startsWith(`${site}/`)).toBe(true);
    expect(await (await fetch(link)).text()).toContain('<form method="post">');
    expect((await fetch(link, { method: 'POST', body: new URLSearchParams() })).status).toBe(200);
  });
});
