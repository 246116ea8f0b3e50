import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OperationId } from '../../generated/operations.ts';
import { createFakeWx } from '../compat/fakeWx.ts';
import { runPublishedSdk } from '../compat/publishedSdk.ts';
import { operation, operationIds, responseExamplesOf } from '../support/contract.ts';
import { startApp } from '../support/fakeHost.ts';
import { type CodeBlock, codeBlocksOf } from '../support/markdown.ts';
import { startMock } from '../support/mock.ts';
import { startProcess } from '../support/process.ts';

const recipes = codeBlocksOf('docs/recipes.md');
const mockOrigin = 'http://127.0.0.1:4010';
const serverOrigin = 'http://127.0.0.1:3000';
const forServer = recipes.filter(({ code }) => code.includes(serverOrigin));
const forMock = recipes.filter((recipe) => !forServer.includes(recipe));

const page = readFileSync('generated/recipes.html', 'utf8');
/** Reads an operation's section of the page. */
function onPage(id: OperationId): { command: string; preferences: string[] } {
  const section = page.split(`<h3 id="${id.toLowerCase()}">`)[1]?.split('<h3')[0] ?? '';
  const [command = '', ...others] = [...section.matchAll(/<code.*?>(.*?)\s*<\/code>/gs)].map(([, code = '']) => withoutEntities(code));
  return { command, preferences: others.filter((code) => code.startsWith('code=')) };
}
const withoutEntities = (html: string) =>
  html.replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&amp;', '&');

/** Pastes a recipe into a shell, or into an app, and holds what comes back to its comments. */
async function follow({ language, code }: CodeBlock, documented: string, origin: string): Promise<void> {
  expect(code).toContain(documented);
  const pasted = code.replaceAll(documented, origin);
  if (language === 'sh') await pasteIntoShell(pasted);
  else await pasteIntoApp(pasted);
}

async function pasteIntoShell(code: string): Promise<void> {
  const promised = [...code.matchAll(/^# (\d{3}) (.+)$/gm)].map(([, status, text]) => [
    `HTTP/1.1 ${status}`,
    expect.stringContaining(text ?? ''),
  ]);
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', code]);
  const answers = stdout.split(/(HTTP\/1\.1 \d+)/).slice(1);
  expect(promised).not.toEqual([]);
  expect(answers).toEqual(promised.flat());
}

async function pasteIntoApp(code: string): Promise<void> {
  const [, promised] = /^\/\/ (.*)$/m.exec(code) ?? [];
  const { namespace, run, logged } = await startApp(unusedWorld, 'wechat', { init: null });
  run(code, { wx: namespace, fetch });
  await expect.poll(() => logged.join(' '), { timeout: 10_000 }).toBe(promised);
}

/** The host gives codes of no person, and no profile: the recipes replace both. */
const unusedWorld = { origin: '', codeFor: async () => 'any', granted: () => Promise.reject(new Error('the host was asked')) };

describe('the recipes', () => {
  describe('with the mock', () => {
    let mock: Awaited<ReturnType<typeof startMock>>;
    beforeAll(async () => {
      mock = await startMock();
    });
    afterAll(() => mock.stop());

    it.each(forMock)('$heading', (recipe) => follow(recipe, mockOrigin, mock.origin));

    it('From a mini-program, with the published SDK', async () => {
      const recipe = forMock.find(({ heading, language }) => heading === 'From a mini-program' && language === 'js');
      const fake = createFakeWx(async () => 'any');
      runPublishedSdk('3.23.6', 'wechat', fake.globals);
      const status = await new Promise((log) =>
        new Function('wx', 'console', recipe?.code.replace(mockOrigin, mock.origin) ?? '')(fake.wx, { log }),
      );
      expect(status).toBe(409);
    });

    it.each(operationIds)('in %s are equal to the page that a server shows', async (id) => {
      const { command, preferences } = onPage(id);
      const success = Object.keys(operation(id).responses).find((status) => status.startsWith('2'));
      await pasteIntoShell(`${command.replace(mockOrigin, mock.origin)}\n# ${success} {`);
      const examples = Object.keys(operation(id).responses).flatMap((status) =>
        responseExamplesOf(id, status).map(({ name }) => `code=${status}, example=${name}`),
      );
      expect(preferences).toEqual(examples);
    });
  });

  it("run one after the other with a server's sandbox", async () => {
    const { origin } = await startProcess({ DATABASE_URL: 'sqlite::memory:' });
    for (const recipe of forServer) await follow(recipe, serverOrigin, origin);
  });

  it('are the same in both languages', () => {
    const codeOf = ({ language, code }: CodeBlock) => [language, code.replaceAll(/\s+\/\/ .*$/gm, '')];
    expect(codeBlocksOf('docs/recipes.zh-CN.md').map(codeOf)).toEqual(recipes.map(codeOf));
  });
});
