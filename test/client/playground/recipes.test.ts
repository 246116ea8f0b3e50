import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stories } from '../../../client/playground/stories.ts';

const pages = [
  { language: 'en', page: 'docs/recipes.md' },
  { language: 'zh', page: 'docs/recipes.zh-CN.md' },
] as const;

/** The story that each section of a page links to, by the section's heading. */
const storiesIn = (page: string) =>
  readFileSync(page, 'utf8')
    .split(/^### /m)
    .flatMap((section) => {
      const [, story] = /\/playground\/(?:\?lang=zh)?#story=([\w-]+)/.exec(section) ?? [];
      return story === undefined ? [] : [[story, section.split('\n')[0]]];
    });

describe('a recipe that a story shows', () => {
  it.each(pages)('links to it, as the story does to the recipe, in $page', ({ page, language }) => {
    const shown = stories.flatMap(({ id, recipe }) => (recipe ? [[id, recipe[language]]] : []));
    expect(shown).not.toEqual([]);
    expect(storiesIn(page)).toEqual(expect.arrayContaining(shown));
    const ids = stories.map(({ id }) => id);
    expect(storiesIn(page).filter(([story = '']) => !ids.includes(story))).toEqual([]);
  });
});
