import { expect, it } from 'vitest';
import { startServer } from '../../support/server.ts';

const read = async (language: string) => {
  const { origin } = await startServer();
  const response = await fetch(`${origin}/sandbox`, { headers: { 'Accept-Language': language } });
  expect(response.headers.get('Vary')).toContain('Accept-Language');
  const page = await response.text();
  return {
    language: /<html lang="(.+?)">/.exec(page)?.[1],
    codes: [...page.matchAll(/<code>(.+?)<\/code>/g)].map(([, code]) => code).sort(),
    items: page.match(/<li>/g)?.length,
    links: [...page.matchAll(/href="(.+?)"/g)].map(([, link = '']) => new URL(link, `${origin}/`)),
    page,
  };
};

it("the sandbox's page names the same requests in the language of the browser", async () => {
  const [chinese, english] = await Promise.all([read('zh-CN,zh;q=0.9,en;q=0.8'), read('en-US,en;q=0.9')]);
  expect([chinese.language, english.language]).toEqual(['zh-CN', 'en']);
  expect([chinese.codes, chinese.items]).toEqual([english.codes, english.items]);
  expect(chinese.page).toContain('<h1>沙箱</h1>');
  expect(`${chinese.page}${english.page}`).not.toContain('`');
  const answers = await Promise.all([...chinese.links, ...english.links].map(async (link) => [link.pathname, (await fetch(link)).status]));
  expect(answers.filter(([, status]) => status !== 200)).toEqual([]);
});
