import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { faultPage } from './support/faultPage.ts';
import { tag } from './support/faults.ts';
import { createFolder } from './support/folder.ts';

const trial = { file: 'server/b.test.ts', name: 'the key __proto__: reaches no prototype', project: 'sqlite', held: true };

describe('the table of faults', () => {
  it('lists faults by file and in the order of the tests, with the outcome on every store', () => {
    const trials = [
      trial,
      { ...trial, name: 'another: 400' },
      { ...trial, project: 'postgres', held: false },
      { ...trial, file: 'server/a.test.ts', project: 'postgres' },
    ];
    const [, ...sections] = faultPage(trials).split('\n## ');
    const columns = '| Tried | What happened | SQLite | PostgreSQL |\n| --- | --- | --- | --- |';
    const key = '| the key \\_\\_proto\\_\\_ | reaches no prototype |';
    expect(sections).toEqual([
      `[server/a](server/a.test.ts)\n\n${columns}\n${key} – | held |\n`,
      `[server/b](server/b.test.ts)\n\n${columns}\n${key} held | **failed** |\n| another | 400 | held | – |\n`,
    ]);
  });

  it('rejects a test whose title has no outcome', () => {
    expect(() => faultPage([{ ...trial, name: 'answers 503' }])).toThrow('answers 503');
  });

  /** A suite of two files on both stores. */
  function createSuite() {
    const cwd = createFolder();
    mkdirSync(`${cwd}/test`);
    writeFileSync(`${cwd}/test/all.test.ts`, `// @module-tag ${tag}\nit('a flood: 429', () => undefined);`);
    writeFileSync(
      `${cwd}/test/one.test.ts`,
      `it('is no fault', () => undefined); it('a lie: 400', { tags: '${tag}' }, ({ skip }) => skip(process.env.LACKING === 'yes'));`,
    );
    writeFileSync(
      `${cwd}/vitest.config.ts`,
      `import { faults } from '${resolve('test/support/faults.ts')}';
    import { PageReporter } from '${resolve('test/support/pageReporter.ts')}';
    const projects = ['sqlite', 'postgres'].map((name) => ({ extends: true, test: { name, globals: true } }));
    export default { test: { tags: [{ name: '${tag}' }], reporters: [new PageReporter(faults)], projects } };`,
    );
    const run = async (args: string[], env = {}) =>
      (await promisify(execFile)(resolve('node_modules/.bin/vitest'), ['run', ...args], { cwd, env: { ...process.env, ...env } })).stdout;
    return { run, page: join(cwd, 'test/FAULTS.md') };
  }

  it('is written only by a run of all faults on both stores', async () => {
    const { run, page } = createSuite();
    await Promise.all([['--project', 'sqlite'], ['test/all.test.ts'], ['-t', 'flood']].map((part) => run(part)));
    expect(await run([], { LACKING: 'yes' })).toContain('test/FAULTS.md was not updated, because this run skipped a lie: 400');
    expect(existsSync(page)).toBe(false);
    await run(['--tags-filter', tag]);
    expect(readFileSync(page, 'utf8').match(/^\| a .*/gm)).toEqual(['| a flood | 429 | held | held |', '| a lie | 400 | held | held |']);
  });
});
