import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../../generated/errors.ts';
import { operationTable } from '../../../generated/operations.ts';
import { forReading, type ReadContract } from '../../../tools/docs/forReading.ts';
import { sandboxFetch } from '../../../tools/docs/sandboxFetch.ts';
import { hasBrowser, openBrowser } from '../../support/browser.ts';
import { operationIds, requestExamplesOf } from '../../support/contract.ts';
import { startServer } from '../../support/server.ts';

const words = {
  en: {
    path: '/docs',
    silentLogin: 'Log in silently on WeChat',
    wanted: 'phone number',
    found: 'Log in with a phone number on WeChat',
    remedy: 'Log in with the identity, or merge the two accounts',
    update: 'Update the profile from WeChat',
    tryIt: 'Test Request',
    send: 'Send',
  },
  'zh-CN': {
    path: '/docs/zh-CN',
    silentLogin: '微信静默登录',
    wanted: '手机号登录',
    found: '微信手机号登录',
    remedy: '请用该身份登录，或合并两个账号',
    update: '用微信资料更新用户资料',
    tryIt: '测试请求',
    send: '发送',
  },
};

/** Opens an operation from the side, sends its example and waits until the page shows the answer. */
async function tryOperation(page: Page, name: string, { tryIt, send }: { tryIt: string; send: string }, answer: string): Promise<void> {
  await page.getByRole('link', { name }).first().click();
  const heading = page.getByRole('heading', { name, exact: true });
  await page.locator('section').filter({ has: heading }).last().getByRole('button', { name: tryIt }).click();
  await page.getByRole('button', { name: send }).first().click();
  await page.getByText(answer).first().waitFor();
  await page.keyboard.press('Escape');
}

const readBundle = (file: string): ReadContract => JSON.parse(readFileSync(`generated/${file}`, 'utf8'));

describe('the reference', () => {
  it.skipIf(!hasBrowser).each(['en', 'zh-CN'] as const)('is read, searched and tried in %s, without another server', async (language) => {
    const { origin } = await startServer();
    const { path, silentLogin, wanted, found, remedy, update, tryIt, send } = words[language];
    const page = await openBrowser();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', ({ message }) => problems.push(message));
    const width = () => page.evaluate('document.documentElement.scrollWidth');

    await page.goto(origin + path);
    await page.getByRole('link', { name: silentLogin }).first().waitFor();
    const search = async (text: string) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('dialog').getByRole('combobox').fill(text);
      return page.getByRole('dialog').getByRole('option');
    };
    await (await search(wanted)).filter({ hasText: found }).first().waitFor();
    await page.keyboard.press('Escape');
    await (await search('identity_taken')).first().click();
    await page.getByText(remedy).waitFor();

    await tryOperation(page, silentLogin, { tryIt, send }, '201 Created');
    // In the session of the login before.
    await tryOperation(page, update, { tryIt, send }, '200 OK');

    expect(await width()).toBe(1200);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await width()).toBe(390);
    await page.getByRole('button', { name: tryIt }).first().click();
    await page.getByRole('button', { name: send }).first().waitFor();
    expect(await width()).toBe(390);

    expect(await page.locator('a[href*="scalar.com"]:visible').count()).toBe(0);
    expect(asked.filter((url) => !url.startsWith(origin) && !url.startsWith('data:'))).toEqual([]);
    expect(problems).toEqual([]);
  });

  it.each([
    ['en', 'openapi.json'],
    ['zh-CN', 'openapi.zh-CN.json'],
  ] as const)('has in %s every operation and every error code, and is about this server alone', (language, file) => {
    const root = 'https://login.example.com/auth';
    const bundle = readBundle(file);
    const { info, servers, tags, paths, components } = forReading(bundle, language, { root, hasSandbox: false });
    const operations = Object.values(paths).flatMap((item) => Object.values(item));
    for (const id of operationIds) {
      const shown = operations.find(({ operationId }) => operationId === id) ?? expect.unreachable();
      if (shown.deprecated) expect(shown.tags).toEqual([tags.at(-1)?.name]);
      else expect(shown.externalDocs?.url).toMatch(new RegExp(`^${root}/docs/recipes.*#${id.toLowerCase()}$`));
    }
    for (const code of Object.keys(errorCodes)) expect(info.description).toContain(`### ${code}\n`);
    expect(servers).toEqual([{ url: root, description: expect.any(String) }]);
    expect(JSON.stringify(paths)).not.toContain('http://127.0.0.1');
    expect(components).toEqual(bundle.components);
  });

  it("sends each platform's examples with what the sandbox issues, and they succeed", async () => {
    const { origin } = await startServer();
    const { components } = readBundle('openapi.json');
    const tokens: string[] = [];
    const call = sandboxFetch(origin, components.examples, (token) => tokens.push(token));
    // A web login's token comes from WeChat's page, which only a browser can visit.
    const platformLogins = operationIds.filter((id) => /^(silentLogin|authorizedLogin|phoneLogin)(?!OnWeb)/.test(id));
    for (const id of platformLogins) {
      for (const { name, value } of requestExamplesOf(id)) {
        const response = await call(origin + operationTable[id].path, {
          method: 'POST',
          headers: {
            'X-Hydrogen-Client-ID': 'sandbox',
            'Content-Type': 'application/json',
            ...(tokens.length > 0 && { Authorization: `Hydrogen-r1 ${tokens.at(-1)}` }),
          },
          body: JSON.stringify(value),
        });
        expect([id, name, response.status, await response.text()]).toEqual([id, name, 201, expect.stringContaining('"token"')]);
      }
    }
    expect(platformLogins.length).toBeGreaterThanOrEqual(11);
    expect(tokens.length).toBeGreaterThanOrEqual(platformLogins.length);
  });

  it("comes with Scalar's script, compressed or not", async () => {
    const { origin } = await startServer();
    const script = gunzipSync(readFileSync('generated/docs/scalar.js.gz')).toString();
    for (const encoding of ['gzip', 'identity']) {
      const response = await fetch(`${origin}/docs/scalar.js`, { headers: { 'Accept-Encoding': encoding } });
      expect(response.headers.get('Content-Encoding')).toBe(encoding === 'gzip' ? 'gzip' : null);
      expect(response.headers.get('Content-Type')).toContain('javascript');
      expect((await response.text()) === script).toBe(true);
    }
  });

  it('tries nothing on a server without a sandbox', async () => {
    const { origin } = await startServer({ configure: (app) => Object.assign(app, { client_id: 'shop' }) });
    expect(await (await fetch(`${origin}/docs`)).text()).not.toMatch(/sandbox/i);
  });
});
