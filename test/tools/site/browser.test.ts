import { existsSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { projectFile } from '../../../server/config/project.ts';
import { violationsIn } from '../../support/axe.ts';
import { hasBrowser, openBrowser } from '../../support/browser.ts';
import { startServer } from '../../support/server.ts';

const docsFolder = projectFile('dist/docs');
const isBuilt = existsSync(docsFolder);
if (!isBuilt) process.stdout.write("Skipping the documentation's site: npm run check:docs builds it, and runs its tests.\n");

const words = {
  en: {
    start: '/docs/start',
    title: 'Mini-program login',
    search: 'Search',
    queries: [
      ['sms_code_invalid', '/docs/errors#sms_code_invalid'],
      ['code_inv', '/docs/errors#phone_code_invalid'],
      ['silentLoginWechat', '/docs/operations#log-in-silently-on-wechat'],
      ['/v1/me/identities', '/docs/operations#'],
    ],
    reference: 'Reference',
    operation: 'Log in silently on WeChat',
    other: '/docs/zh-CN/guides/wechat',
    otherStub: '/docs/guides/wechat',
  },
  'zh-CN': {
    start: '/docs/zh-CN/start',
    title: '小程序登录服务',
    search: '搜索',
    queries: [
      ['sms_code_invalid', '/docs/zh-CN/errors#sms_code_invalid'],
      ['合法域名', '/docs/zh-CN/guides/wechat#合法域名'],
      ['静默登录', '/docs/zh-CN/operations#'],
    ],
    reference: '接口参考',
    operation: '微信静默登录',
    other: '/docs/decisions/',
    otherStub: '/docs/zh-CN/decisions/',
  },
} as const;

const sizes = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];

/** Opens the start page, and collects the requests and the errors of the page. */
async function open(language: keyof typeof words, viewport: (typeof sizes)[number]) {
  const { origin } = await startServer({ docsFolder });
  const page = await openBrowser({ viewport });
  const problems: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) problems.push(request.url());
  });
  page.on('response', (response) => response.status() >= 400 && problems.push(`${response.status()} ${response.url()}`));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && problems.push(message.text()));
  page.on('pageerror', ({ message }) => problems.push(message));
  await page.goto(origin + words[language].start);
  return { origin, page, problems };
}

const widthOf = (page: Page) => page.evaluate('document.documentElement.scrollWidth');
/** Rules of accessibility that the site breaks. */
const rulesOff = {
  // Parts of VitePress 1.6: the search button shows its shortcut, and a group at the side is a button with a button.
  'label-content-name-mismatch': { enabled: false },
  'nested-interactive': { enabled: false },
  // Markdown requires a head for each column of a table.
  'empty-table-header': { enabled: false },
};

/** The address of the page, without the origin. */
const addressOf = (page: Page) => decodeURI(page.url().replace(/^https?:\/\/[^/]+/, ''));

describe.skipIf(!hasBrowser || !isBuilt)("the documentation's site, in a browser", () => {
  for (const language of ['en', 'zh-CN'] as const) {
    for (const size of sizes) {
      const { title, queries, search } = words[language];
      it(`is read and searched in ${language} at ${size.width} pixels, without another server`, async () => {
        const { origin, page, problems } = await open(language, size);
        await page.getByRole('heading', { name: title, level: 1 }).waitFor();
        expect(await page.locator('html').getAttribute('lang')).toBe(language);
        for (const [query, found] of queries) {
          await page.getByRole('button', { name: search }).first().click();
          await page.getByRole('searchbox').fill(query);
          const result = page.locator(`.result[href^="${found}"]`);
          await result.first().click();
          await page.waitForURL((url) => decodeURI(url.href).startsWith(origin + found));
        }
        for (const path of ['start', 'deploy/', 'platforms', 'errors', 'recipes']) {
          await page.goto(`${origin}/docs/${language === 'en' ? '' : `${language}/`}${path}`);
          await page.getByRole('heading', { level: 1 }).waitFor();
          // On the longest pages the rules take half a minute.
          if (path === 'start' || path === 'errors') expect(await violationsIn(page, { rules: rulesOff })).toEqual([]);
          expect([path, await widthOf(page)]).toEqual([path, size.width]);
        }
        expect(problems).toEqual([]);
      });
    }

    it(`leads in ${language} to the reference and back, with the operation that was chosen`, async () => {
      const { start, reference, operation } = words[language];
      const { origin, page, problems } = await open(language, { width: 1440, height: 900 });
      await page.getByRole('link', { name: reference, exact: true }).first().click();
      await page.locator('#reference').getByRole('heading', { level: 1 }).first().waitFor();
      expect(new URL(page.url()).pathname).toBe(language === 'en' ? '/docs' : '/docs/zh-CN');
      await page.locator(`nav a[href$="${start.split('/').at(-1)}"]`).click();
      await page.waitForURL(origin + start);

      await page.goto(`${origin}${start.replace('start', 'operations')}`);
      const heading = page.getByRole('heading', { name: operation });
      await heading.locator('xpath=following-sibling::p[2]').getByRole('link').first().click();
      await page.locator('#reference').getByRole('heading', { name: operation }).first().waitFor();
      await expect.poll(() => page.locator('#reference').getByRole('heading', { name: operation }).last().isVisible()).toBe(true);
      expect(addressOf(page)).toContain('#tag/wechat/POST/');
      expect(problems).toEqual([]);
    });

    it(`says in ${language} where a page is that the language lacks`, async () => {
      const { origin, page, problems } = await open(language, { width: 1440, height: 900 });
      const { other, otherStub } = words[language];
      await page.goto(origin + otherStub);
      await page.locator('main').getByRole('link').filter({ hasText: /\S{2}/ }).first().click();
      await page.waitForURL(origin + other);
      expect(problems).toEqual([]);
    });
  }
});
