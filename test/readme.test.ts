import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { pages } from '../server/sandbox/sandbox.ts';
import { codeBlocksOf } from './support/markdown.ts';
import { startServer } from './support/server.ts';

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

it.each(['README', 'deploy/README'])('says the same in both languages: every block of code of %s but its comments', (page) => {
  const [english, chinese] = [`${page}.md`, `${page}.zh-CN.md`].map((file) => codeBlocksOf(file).map(({ code }) => withoutComments(code)));
  expect(chinese).toEqual(english);
});
