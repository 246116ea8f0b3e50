import { mkdirSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { hasBrowser } from '../../support/browser.ts';
import { openPlayground } from './openPlayground.ts';

const folder = 'docs/pictures';
/** Bytes of a picture that a page of the repository may show. */
const limit = 150_000;

const pictures = [
  { file: 'playground.webp', language: 'en' },
  { file: 'playground.zh-CN.webp', language: 'zh' },
] as const;

// Rarely: each new picture stays in the history of the repository.
describe.skipIf(!hasBrowser || !process.env.PICTURES)('pictures of the playground, with PICTURES=on', () => {
  it.each(pictures)('are small enough for the README: $file', async ({ file, language }) => {
    const { page } = await openPlayground(`?lang=${language}#story=one-account&pace=0`, { viewport: { width: 1440, height: 1010 } });
    await page.locator('[data-status="done"]').waitFor();
    await page.locator('[data-status="done"] button').last().click();
    await page.evaluate('scrollTo(0, 0)');
    const picture = await sharp(await page.screenshot())
      .webp({ quality: 82 })
      .toBuffer();
    expect(picture.length).toBeLessThan(limit);
    mkdirSync(folder, { recursive: true });
    await sharp(picture).toFile(`${folder}/${file}`);
  });
});
