import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { stories } from '../../../client/playground/stories.ts';

const pages = [
  { language: 'en', page: 'docs/recipes.md' },
  { language: 'zh', page: 'docs/recipes.zh-CN.md' },
] as const;

/** The recipes that no story shows, with the reason. */
const withoutStory: Record<string, string> = {
  'A unionid and an openid of two users': 'in the sandbox a person has one openid, and no one else has that unionid',
  'A fault of the server': 'nothing in the sandbox makes the server itself fail',
  'Without a header': 'about the way to tell the mock which answer to give',
  'From a mini-program': 'about the way to tell the mock which answer to give',
};

/** The heading of each recipe of a page, with the story that it links to. */
const recipesOf = (page: string) =>
  readFileSync(page, 'utf8')
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [heading = ''] = section.split('\n');
      const [, story] = /\/playground\/(?:\?lang=zh)?#story=([\w-]+)/.exec(section) ?? [];
      return { heading, story };
    });

describe('a recipe that a story shows', () => {
  it.each(pages)('links to it, as the story does to the recipe, in $page', ({ page, language }) => {
    const shown = stories.flatMap(({ id, recipe }) => (recipe ? [{ heading: recipe[language], story: id }] : []));
    expect(shown).not.toEqual([]);
    expect(recipesOf(page)).toEqual(expect.arrayContaining(shown));
  });
});

describe('every recipe', () => {
  it('has a story, or a reason why it has none', () => {
    const ids = stories.map(({ id }) => id);
    const lacking = recipesOf('docs/recipes.md').filter(({ story }) => story === undefined || !ids.includes(story));
    expect(lacking.map(({ heading }) => heading)).toEqual(Object.keys(withoutStory));
  });

  it('has the same story in both languages', () => {
    const [english, chinese] = pages.map(({ page }) => recipesOf(page).map(({ story }) => story));
    expect(chinese).toEqual(english);
  });
});
