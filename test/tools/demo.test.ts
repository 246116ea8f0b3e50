import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { freePort } from '../support/command.ts';
import { codeBlocksOf } from '../support/markdown.ts';
import { nodeEnv } from '../support/nodeEnv.ts';
import { startServer } from '../support/server.ts';

const run = (args: string[], environment: Record<string, string> = {}) =>
  promisify(execFile)(process.execPath, ['tools/demo/start.js', ...args], { env: { ...nodeEnv, ...environment } });
const withoutIds = (text: string) => text.replaceAll(/\d{10,}/g, 'ID');

describe('npm run demo', () => {
  it.each([
    ['en', 'README.md'],
    ['zh-CN', 'README.zh-CN.md'],
  ])("makes one account of all platforms, with the README's output: %s", async (language, page) => {
    const { origin } = await startServer();
    const { stdout } = await run(['--url', origin, '--lang', language]);
    expect(new Set(stdout.match(/\d{10,}/g))).toHaveLength(1);
    const output = codeBlocksOf(page).find(({ heading, language }) => language === 'text' && /^(One person|一个人)/.test(heading))?.code;
    expect(withoutIds(stdout)).toContain(withoutIds(output ?? page));
  });

  it('starts a temporary server when none runs, and stops it', async () => {
    const { stdout } = await run(['--lang', 'en'], { PORT: String(await freePort()) });
    expect(stdout).toContain('One login on each, one account.');
    const [origin = ''] = /http:\/\/127\.0\.0\.1:(?!3000)\d+$/m.exec(stdout) ?? [];
    await expect(fetch(`${origin}/readyz`)).rejects.toThrow();
  });

  it.each([
    ['en', "the system's language"],
    ['zh-CN', '系统语言'],
  ])('explains its options: %s', async (language, sentence) => {
    const { stdout, stderr } = await run(['--help', '--lang', language]);
    expect([stdout, stderr]).toEqual([expect.stringContaining(sentence), '']);
  });

  it('exits with 1 and one line for an unknown option', async () => {
    await expect(run(['--language', 'en'])).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^Unknown option '--language'.*\n$/),
    });
  });

  it('exits with 1 if the server has no sandbox', async () => {
    const failure = run(['--lang', 'en', '--url', `http://127.0.0.1:${await freePort()}`]);
    await expect(failure).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('No server with a sandbox') });
  });
});
