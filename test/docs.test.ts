import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const read = (file: string) => readFileSync(file, 'utf8');

interface Heading {
  level: number;
  text: string;
}

const headingsOf = (page: string): Heading[] =>
  [...read(page).matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', text = '']) => ({ level: marks.length, text }));

describe('a page that a comment cites', () => {
  const sources = globSync('{server,client,openapi,test}/**/*.{ts,js,yaml}', { exclude: ['**/node_modules/**'] });

  /** The comments of a source, each in one line. YAML's descriptions count as well. */
  const commentsOf = (source: string): string[] => {
    const text = read(source);
    const comments = source.endsWith('.yaml') ? [text] : (text.match(/\/\*.*?\*\/|(?:^|\s)\/\/[^\n]*(?:\n\s*\/\/[^\n]*)*/gs) ?? []);
    return comments.map((comment) => comment.replaceAll(/\s*\n\s*(?:\*(?!\/)|\/\/|#)?\s*/g, ' '));
  };
  const cited = (pattern: RegExp) =>
    sources.flatMap((source) =>
      commentsOf(source).flatMap((comment) => [...comment.matchAll(pattern)].map((match) => ({ source, match }))),
    );

  it('exists, at its path from the root or next to the source', () => {
    const pages = cited(/(?<![\w/:.}-])([\w./-]*\w\.md)\b/g);
    expect(pages).not.toEqual([]);
    expect(
      pages
        .filter(({ source, match: [, page = ''] }) => !existsSync(page) && !existsSync(join(dirname(source), page)))
        .map(({ source, match: [, page] }) => `${source}: ${page}`),
    ).toEqual([]);
  });

  it('has each cited section, by its number or its whole heading', () => {
    const sections = cited(/\(([\w./-]+\.md), ([^()]+)\)/g);
    expect(sections).not.toEqual([]);
    const isThere = (page: string, section: string) =>
      existsSync(page) && headingsOf(page).some(({ text }) => text === section || /^\d[\d.]*\d|^\d/.exec(text)?.[0] === section);
    const partsOf = (section: string) => (/^\d/.test(section) ? section.split(/, | and /) : [section]);
    expect(
      sections
        .filter(({ match: [, page = '', section = ''] }) => !partsOf(section).every((part) => isThere(page, part)))
        .map(({ source, match: [citation] }) => `${source}: ${citation}`),
    ).toEqual([]);
  });
});

it.each(['protocol', 'platforms'])('docs/%s has the same sections, tables and addresses in both languages', (name) => {
  const outline = (page: string) => ({
    sections: headingsOf(page).map(({ level, text }) => `${level} ${/^[\d.]+ /.exec(text)?.[0] ?? ''}`),
    rows: read(page).match(/^\|/gm)?.length,
    addresses: [...new Set(read(page).match(/(?<=\]\()https?:[^)]+/g))].sort(),
  });
  expect(outline(`docs/${name}.zh-CN.md`)).toEqual(outline(`docs/${name}.md`));
});

it('SECURITY.md has the same sections, promises and tests in both languages', () => {
  const outline = (page: string) => ({
    levels: headingsOf(page).map(({ level }) => level),
    rows: read(page)
      .match(/^\|.*$/gm)
      ?.map((row) => [...row.matchAll(/(?<=\]\()[^)]+|`[^`]+`/g)].map(String)),
    // Each page names the other one in its first line.
    links: [...read(page).matchAll(/(?<=\]\()[^)#]+/g)].slice(1).map((link) => String(link).replace('.zh-CN.md', '.md')),
    settings: new Set(read(page).match(/`[^`]+`/g)),
  });
  expect(outline('SECURITY.zh-CN.md')).toEqual(outline('SECURITY.md'));
});

describe('docs/decisions', () => {
  const decisions = readdirSync('docs/decisions').filter((file) => file !== 'README.md');

  it('are numbered without gaps, and listed under their titles', () => {
    const rows = decisions.map((file, index) => {
      const [title] = headingsOf(`docs/decisions/${file}`);
      expect(title?.text).toMatch(new RegExp(`^${index + 1}\\. `));
      expect(file).toMatch(new RegExp(`^${String(index + 1).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
      return `| [${index + 1}](${file}) | ${title?.text.replace(/^\d+\. /, '')} |`;
    });
    expect(read('docs/decisions/README.md').match(/^\| \[.*$/gm)).toEqual(rows);
  });

  it.each(decisions)('%s has a status with its date, a context, a decision and consequences', (file) => {
    const page = `docs/decisions/${file}`;
    expect(read(page)).toMatch(/^Status: (accepted|replaced by \d+), \d{4}-\d\d-\d\d/m);
    expect(headingsOf(page).slice(1)).toEqual(['Context', 'Decision', 'Consequences'].map((text) => ({ level: 2, text })));
  });
});

it("CONTRIBUTING.md's tree names every folder of the server", () => {
  const [, tree = ''] = /```\n(openapi\/ .*?)```/s.exec(read('CONTRIBUTING.md')) ?? [];
  const folders = readdirSync('server', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders).not.toEqual([]);
  expect(folders.map(({ name }) => `${name}/`).filter((folder) => !tree.includes(folder))).toEqual([]);
});
