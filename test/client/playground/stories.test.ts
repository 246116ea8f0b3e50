import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { platformNames } from '../../../client/playground/platforms.ts';
import type { StoryStep } from '../../../client/playground/stories/story.ts';
import { stories } from '../../../client/playground/stories.ts';
import { errorCodes } from '../../../generated/errors.ts';
import { violationsIn } from '../../support/axe.ts';
import { hasBrowser } from '../../support/browser.ts';
import { openPlayground } from './openPlayground.ts';

const widths = [1440, 768, 390] as const;
/** Each story plays in each language, in a different width, and its end is looked at in every width. */
const views = [
  { language: 'en', width: 1440 },
  { language: 'zh', width: 390 },
] as const;

/** The outcomes of the presses, in order. */
async function endsIn(page: Page): Promise<string[]> {
  const presses = await page.locator('#exchange ~ label option').allTextContents();
  return presses.reverse().map((text) => text.split(' ').at(-1) ?? '');
}

/** The outcomes that a step promises; linking all is the merges of seven phones. */
const endsOf = ({ press, expect: end = '✓' }: StoryStep) =>
  press === 'link_all' ? Array.from({ length: platformNames.length - 1 }, () => end) : [end];

const statuses: Record<string, { status: number }> = errorCodes;

/** The statuses with which the server refuses a step, each of which is a red line in the browser's console. */
function refusalsOf({ press, merge, expect: end = '' }: StoryStep): number[] {
  // Merging begins with the refused link.
  if (press === 'link' && merge) return [409];
  const status = statuses[end]?.status;
  return status === undefined ? [] : [status];
}

/** The parts of the page that the report of the story covers. */
const covered = `(() => {
  const box = document.querySelector('[data-status]').getBoundingClientRect();
  const meets = (other) => other.left < box.right && other.right > box.left && other.top < box.bottom && other.bottom > box.top;
  return [...document.querySelectorAll('article, table, #exchange, #inbox')]
    .filter((part) => part.getClientRects().length > 0 && meets(part.getBoundingClientRect()))
    .map((part) => part.getAttribute('aria-label') ?? part.id);
})()`;
/** Pixels by which the page is too wide. */
const overflowOf = (page: Page) => page.evaluate('Math.max(0, document.documentElement.scrollWidth - innerWidth)');

/** Plays every story, and looks at the page at the end of each. */
async function playAll({ language, width }: (typeof views)[number]): Promise<void> {
  const { page, problems, refusals } = await openPlayground(`?lang=${language}`, { viewport: { width, height: 900 } });
  const name = `${language}, ${width}`;
  expect([name, await violationsIn(page)]).toEqual([name, []]);
  for (const { id, title, steps, accounts } of stories) {
    const story = `${id} in ${name}`;
    await page.evaluate(`location.hash = 'story=${id}&pace=0'`);
    await page.locator('[data-status="done"]').getByRole('heading', { name: title[language] }).waitFor();
    expect([story, await endsIn(page)]).toEqual([story, steps.flatMap(endsOf)]);
    expect([story, refusals.splice(0).map((line) => Number.parseInt(line, 10))]).toEqual([story, steps.flatMap(refusalsOf)]);
    if (accounts !== undefined) expect([story, await page.locator('tbody tr').count()]).toEqual([story, accounts]);
    for (const seen of [...widths.filter((other) => other !== width), width]) {
      await page.setViewportSize({ width: seen, height: 900 });
      expect([story, seen, await overflowOf(page), await page.evaluate(covered)]).toEqual([story, seen, 0, []]);
    }
  }
  for (const seen of widths) {
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.setViewportSize({ width: seen, height: 900 });
      await page.emulateMedia({ colorScheme });
      expect([name, await violationsIn(page)]).toEqual([name, []]);
    }
  }
  expect([name, problems]).toEqual([name, []]);
}

describe.skipIf(!hasBrowser)('the stories of the playground, in Chromium', () => {
  // At the same time, because some wait for platforms that hang.
  it('end as they say, in both languages and at every width', { timeout: 180_000 }, async () => {
    await Promise.all(views.map(playAll));
  });
});
