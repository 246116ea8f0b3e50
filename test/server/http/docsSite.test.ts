import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../../support/folder.ts';
import { startServer } from '../../support/server.ts';

const files = {
  'hashmap.json': '{}',
  '404.html': '<title>404</title>',
  'start.html': '<title>Start</title>',
  'start.md': '# Start',
  'recipes.html': '<title>Recipes of the site</title>',
  'zh-CN/index.html': 'never shown: the reference has this address',
  'zh-CN/recipes.html': '<title>示例手册</title>',
  'zh-CN/guides/index.html': '<title>各平台</title>',
  'assets/app.abc.js': 'export {}',
  'llms.txt': '# Mini-program login',
  'llms-full.txt': '# Everything',
};

function buildSite(): string {
  const folder = createFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

describe("the documentation's site", () => {
  it('is served next to the reference, which links to it', async () => {
    const { origin } = await startServer({ docsFolder: buildSite() });
    const read = async (path: string) => (await fetch(origin + path)).text();
    expect(await read('/docs/start')).toBe(files['start.html']);
    expect(await read('/docs/zh-CN/guides')).toBe(files['zh-CN/guides/index.html']);
    expect(await read('/docs/recipes')).toBe(files['recipes.html']);
    for (const [path, link] of [
      ['/docs', 'docs/start'],
      ['/docs/zh-CN', 'zh-CN/start'],
      ['/docs/zh-CN/', 'zh-CN/start'],
    ] as const) {
      expect(await read(path)).toContain('id="reference"');
      expect(await read(path)).toContain(`<a href="${link}">`);
    }
  });

  it('has the Chinese recipes at their old address, too', async () => {
    const { origin } = await startServer({ docsFolder: buildSite() });
    const { url } = await fetch(`${origin}/docs/recipes.zh-CN`);
    expect(url).toBe(`${origin}/docs/zh-CN/recipes`);
  });

  it('has an index for language models at the root', async () => {
    const { origin } = await startServer({ docsFolder: buildSite() });
    for (const path of ['/llms.txt', '/docs/llms.txt']) {
      const response = await fetch(origin + path);
      expect([response.headers.get('Content-Type'), await response.text()]).toEqual(['text/plain; charset=utf-8', files['llms.txt']]);
    }
    expect((await fetch(`${origin}/docs/start.md`)).headers.get('Content-Type')).toBe('text/markdown; charset=utf-8');
  });

  it('lets browsers keep the files that never change, and no page without asking', async () => {
    const { origin } = await startServer({ docsFolder: buildSite() });
    const cacheControl = async (path: string) => (await fetch(origin + path)).headers.get('Cache-Control');
    expect(await cacheControl('/docs/assets/app.abc.js')).toBe('public, max-age=31536000, immutable');
    expect(await cacheControl('/docs/start')).toBe('no-cache');
  });

  it('says in a browser that a page does not exist', async () => {
    const { origin } = await startServer({ docsFolder: buildSite() });
    const answer = await fetch(`${origin}/docs/nothing`, { headers: { Accept: 'text/html' } });
    expect([answer.status, await answer.text()]).toEqual([404, files['404.html']]);
    expect(await (await fetch(`${origin}/docs/nothing`)).json()).toMatchObject({ code: 'path_not_found' });
  });

  it('runs no script but its own files', async () => {
    const { origin } = await startServer({ docsFolder: buildSite() });
    const policy = (await fetch(`${origin}/docs/start`)).headers.get('Content-Security-Policy');
    expect(policy).toMatch(/^default-src 'self';/);
    expect(policy).not.toMatch(/script-src/);
  });

  it('is left out before it is built, and nothing links to it', async () => {
    const { origin } = await startServer({ docsFolder: createFolder() });
    for (const path of ['/docs/start', '/llms.txt']) expect((await fetch(origin + path)).status).toBe(404);
    const answer = await fetch(`${origin}/docs/start`, { headers: { Accept: 'text/html' } });
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('npm run docs')]);
    expect(await (await fetch(`${origin}/docs`)).text()).not.toContain('"docs/start"');
    expect((await fetch(`${origin}/docs/recipes.zh-CN`)).url).toBe(`${origin}/docs/recipes.zh-CN`);
  });
});
