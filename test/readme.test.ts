import { execFile } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { pages } from '../server/sandbox/sandbox.ts';
import { codeBlocksOf } from './support/markdown.ts';
import { startServer } from './support/server.ts';

/** Where a link can lead in a page, as GitHub names its headings. */
const anchorsOf = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^##+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
const withoutComments = (code: string) => code.replaceAll(/\s+#.*$/gm, '').replaceAll(/^#.*\n/gm, '');

it("logs in on every platform with the README's first example", async () => {
  const { origin } = await startServer();
  const example = codeBlocksOf('README.md').find(({ code }) => code.includes('silent-login'))?.code ?? '';
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', example.replace('http://127.0.0.1:3000', origin)]);
  for (const [index, platform] of Object.keys(pages).entries()) {
    const part = stdout.split(/^== /m)[index + 1] ?? '';
    expect(part).toContain(platform);
    expect(part.match(/-> \d+/g)).toEqual(['-> 404', '-> 200', '-> 201']);
    expect(part).toContain('identity_not_found');
  }
});

const readmes = ['README', 'client/README', 'deploy/README', 'docs/published-sdk', 'test/README'];

it.each(readmes)('says the same in both languages: every block of code of %s but its comments', (page) => {
  const [english, chinese] = [`${page}.md`, `${page}.zh-CN.md`].map((file) => codeBlocksOf(file).map(({ code }) => withoutComments(code)));
  expect(chinese).toEqual(english);
});

const documents = [
  'SECURITY.md',
  'test/FAULTS.md',
  ...globSync('docs/decisions/*.md'),
  ...[...readmes, 'docs/recipes', 'docs/protocol', 'docs/platforms'].flatMap((page) => [`${page}.md`, `${page}.zh-CN.md`]),
];

it.each(documents)('links only to what is there: %s', (page) => {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^:)]*)\)/g)].map(([, link = '']) => link);
  const isThere = (link: string) => {
    const [path = '', heading] = link.split('#');
    const file = join(path && dirname(page), path || page);
    return existsSync(file) && (heading === undefined || anchorsOf(file).includes(heading));
  };
  expect(links).not.toEqual([]);
  expect(links.filter((link) => !isThere(link))).toEqual([]);
});
