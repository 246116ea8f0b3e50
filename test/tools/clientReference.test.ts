import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { messageFor } from '../../client/messages.ts';
import { displayNames } from '../../server/platforms/index.ts';
import { supportedVerbs } from '../../tools/clientReference/support.ts';
import { translationProblems } from '../../tools/clientReference/translations.ts';
import { referencePages, referenceTexts } from '../../tools/clientReference.ts';
import { startBackend } from '../support/backend.ts';
import { miniprogramPlatforms, startApp } from '../support/fakeHost.ts';
import { phonePlatforms } from '../support/platforms.ts';
import { openWebPage } from '../support/webPage.ts';

const english = readFileSync('docs/client.md', 'utf8');
const headings = (page: string) => [...page.matchAll(/^(#+) (.+)$/gm)].map(([, level, text]) => [level, text]);

describe("the client's reference", () => {
  it('is as the types and docstrings are: npm run generate writes it', async () => {
    for (const [file, page] of Object.entries(await referencePages())) expect(readFileSync(file, 'utf8'), file).toBe(page);
  });

  it('is translated: npm run translate adds what is missing', async () => {
    const texts = await referenceTexts();
    expect(translationProblems(texts)).toEqual([]);
    const [first = '', ...others] = texts;
    expect(translationProblems(new Set([...others, 'A new docstring.']))).toEqual([
      expect.stringContaining('is missing: A new docstring.'),
      expect.stringContaining(`no docstring says this any more: ${first}`),
    ]);
  });

  it('has the same structure, code and tables in both languages', () => {
    const chinese = readFileSync('docs/client.zh-CN.md', 'utf8');
    const codeOf = (page: string) => page.match(/^```ts\n[\s\S]*?^```$/gm);
    const rowsOf = (page: string) => page.match(/^\|/gm)?.length;
    expect(headings(chinese).map(([level]) => level)).toEqual(headings(english).map(([level]) => level));
    expect(codeOf(chinese)).toEqual(codeOf(english));
    expect(rowsOf(chinese)).toBe(rowsOf(english));
  });

  it.each(miniprogramPlatforms)('has every verb of the built client for %s', async (platform) => {
    const server = await startBackend();
    const { BaaS } = await startApp(server, platform);
    const user = await BaaS.auth.anonymousLogin();
    expectDocumented(BaaS, user);
  });

  it('has every verb of the built client for pages', async () => {
    const server = await startBackend();
    const { BaaS } = await openWebPage({ host: server.origin });
    expectDocumented(BaaS, await BaaS.auth.anonymousLogin());
  });

  function expectDocumented(BaaS: Record<string, unknown> & { auth: object }, user: object) {
    const documented = headings(english).map(([, text]) => text);
    const names = [
      ...Object.keys(BaaS).flatMap((name) => (name === 'auth' ? [] : [`BaaS.${name}`])),
      ...Object.keys(BaaS.auth).map((name) => `auth.${name}`),
      ...Object.keys(Object.getPrototypeOf(user)).map((name) => `user.${name}`),
    ];
    expect(names.length).toBeGreaterThan(50);
    expect(names.filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
  }

  it('marks the verbs that a platform lacks', async () => {
    const cellsOf = (row: string) => row.split('|').map((cell) => cell.trim());
    const platforms = cellsOf(/^\| call \|(.+)\|$/m.exec(english)?.[1] ?? '');
    const marks = Object.fromEntries(
      [...english.matchAll(/^\| `(auth|user)\.(\w+)` \|(.+)\|$/gm)].map(([, owner, name, cells = '']) => [
        `${owner}.${name}`,
        platforms.filter((_platform, column) => cellsOf(cells)[column] === '✓'),
      ]),
    );
    expect(marks['auth.loginWithPhone']).toEqual(phonePlatforms.map((platform) => displayNames('en')[platform]));
    expect(marks['user.linkThirdParty']).toEqual(['Web']);
    expect((await supportedVerbs('qq')).auth.has('loginWithPhone')).toBe(false);
  });

  it('says for every error of the client what it means, and what the person is shown', () => {
    const rows = [...english.matchAll(/^\| `(6\d\d)` \| .+$/gm)];
    expect(rows.map(([, code]) => Number(code))).toEqual([600, 601, 602, 603, 604, 605, 611, 612, 613, 614, 616]);
    for (const [row, code] of rows) {
      expect(row.split('|').map((cell) => cell.trim())).not.toContain('—');
      for (const language of ['zh', 'en'] as const) expect(row).toContain(messageFor({ code: Number(code) }, language));
    }
  });
});
