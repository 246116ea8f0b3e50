import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { platformNames } from '../../../client/playground/platforms.ts';
import { type Story, stories } from '../../../client/playground/stories.ts';
import { violationsIn } from '../../support/axe.ts';
import { hasBrowser } from '../../support/browser.ts';
import { openPlayground } from './openPlayground.ts';

const widths = [1440, 390] as const;
/** Each story plays in each language and at each width, and its end is looked at in both widths. */
const views = [
  { language: 'en', width: 1440 },
  { language: 'zh', width: 390 },
] as const;

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

const overflowOf = (page: Page) => page.evaluate('document.documentElement.scrollWidth - innerWidth');

describe.skipIf(!hasBrowser)('the stories of the playground, in Chromium', () => {
  it.each(views)('end as they say, in $language, $width pixels wide', { timeout: 180_000 }, async ({ language, width }) => {
    const { page, problems } = await openPlayground(`?lang=${language}`, { viewport: { width, height: 900 } });
    expect(await violationsIn(page)).toEqual([]);
    const ends: Record<string, string[]> = {};
    for (const story of stories) {
      ends[story.id] = await play(page, story, language);
      for (const seen of [...widths.filter((other) => other !== width), width]) {
        await page.setViewportSize({ width: seen, height: 900 });
        expect(await overflowOf(page)).toBeLessThanOrEqual(0);
      }
    }
    expect(ends).toEqual(Object.fromEntries(stories.map((story) => [story.id, endsOf(story)])));
    for (const seen of widths) {
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.setViewportSize({ width: seen, height: 900 });
        await page.emulateMedia({ colorScheme });
        expect(await violationsIn(page)).toEqual([]);
      }
    }
    expect(problems).toEqual([]);
  });
});
