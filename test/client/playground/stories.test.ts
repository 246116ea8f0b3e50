import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { platformNames } from '../../../client/playground/platforms.ts';
import { type Story, stories } from '../../../client/playground/stories.ts';
import { hasBrowser, openBrowser } from '../../support/browser.ts';
import { nodeEnv } from '../../support/nodeEnv.ts';
import { startServer } from '../../support/server.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const views = [
  { language: 'en', width: 1440 },
  { language: 'en', width: 390 },
  { language: 'zh', width: 1440 },
  { language: 'zh', width: 390 },
] as const;

/** Opens the playground. Browsers report each 4xx and 5xx as an error of the console, which these stories want. */
async function openPlayground(view: (typeof views)[number]) {
  const { origin } = await startServer();
  const page = await openBrowser({ viewport: { width: view.width, height: 900 } });
  const problems: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !/status of [45]\d\d/.test(message.text())) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error.stack)));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) problems.push(`asked another server: ${request.url()}`);
  });
  await page.goto(`${origin}/playground/?lang=${view.language}`);
  await page.locator('h1').waitFor();
  return { page, problems, origin };
}

/** Plays a story without pauses. @returns the outcome of each press, in order */
async function play(page: Page, { id, title }: Story, language: 'en' | 'zh'): Promise<string[]> {
  await page.evaluate(`location.hash = 'story=${id}&pace=0'`);
  await page.locator('[data-status="done"]').getByText(title[language]).waitFor();
  const presses = await page.locator('#exchange ~ label option').allTextContents();
  return presses.reverse().map((text) => text.split(' ').at(-1) ?? '');
}

/** The outcomes that a story promises; its last press may be the links of seven phones. */
const endsOf = ({ steps }: Story) =>
  steps.flatMap(({ press, expect: end = '✓' }) =>
    press === 'link_all' ? Array.from({ length: platformNames.length - 1 }, () => end) : [end],
  );

const violationsIn = async (page: Page) => {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run()')) as { violations: { id: string; nodes: { html: string }[] }[] };
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
};

const overflowOf = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');

describe.skipIf(!hasBrowser)('the stories of the playground, in Chromium', () => {
  beforeAll(async () => {
    await promisify(execFile)('npm', ['run', 'build:playground'], { env: nodeEnv });
  });

  it.each(views)('end as they say, in $language, $width pixels wide', async (view) => {
    const { page, problems } = await openPlayground(view);
    expect(await violationsIn(page)).toEqual([]);
    const ends: Record<string, string[]> = {};
    for (const story of stories) {
      ends[story.id] = await play(page, story, view.language);
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    }
    expect(ends).toEqual(Object.fromEntries(stories.map((story) => [story.id, endsOf(story)])));
    for (const scheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      expect(await violationsIn(page)).toEqual([]);
    }
    expect(problems).toEqual([]);
  });
});
