/**
 * `npm run docs`: builds the site of the documentation in `dist/docs/`, from the repository's pages and the contract. It fails if a page
 * could not be rendered, or a link or an anchor of the finished site leads nowhere.
 *
 * `DOCS_SOURCE_URL` is the address of the repository's files on the web, such as `https://git.example.com/login/blob/main`; without it, links to
 * sources are their names. `DOCS_BASE` is the path of the site if a proxy adds a prefix, such as `/auth/docs/`.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deadLinks } from './deadLinks.ts';
import { externalScripts } from './externalScripts.ts';
import { addressOfPicture, picturesOf } from './links.ts';
import { llmsFull, llmsText } from './llms.ts';
import { sidebar } from './navigation.ts';
import { addressWithLanguage, fileOf, type Page, repositoryPages } from './pages.ts';
import { sitePages, stubs } from './sitePages.ts';

const stage = '.cache/site';
const target = 'dist/docs';
const { DOCS_SOURCE_URL, DOCS_BASE = '/docs/' } = process.env;

const write = (file: string, text: string): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

/** Lists of tests are read from top to bottom; in the search they would hide the pages that explain. */
const frontmatter = ({ source = '' }: Page): string => (/^test\/[A-Z]+\.md$/.test(source) ? '---\nsearch: false\n---\n\n' : '');

const pages = sitePages(DOCS_SOURCE_URL?.replace(/\/$/, ''));
rmSync(stage, { recursive: true, force: true });
for (const page of [...pages, ...stubs(pages)]) write(join(stage, 'pages', fileOf(page, 'md')), `${frontmatter(page)}${page.markdown}`);
for (const picture of picturesOf(repositoryPages())) cpSync(picture, join(stage, 'pages/public', addressOfPicture(picture)));
write(`${stage}/sidebars.json`, JSON.stringify({ en: sidebar(pages, 'en'), 'zh-CN': sidebar(pages, 'zh-CN') }));

rmSync(target, { recursive: true, force: true });
const { status } = spawnSync('tools/site/node_modules/.bin/vitepress', ['build', 'tools/site'], {
  stdio: 'inherit',
  env: { ...process.env, DOCS_BASE },
});
if (status !== 0) process.exit(status ?? 1);

externalScripts(target, DOCS_BASE);
for (const page of pages) write(join(target, fileOf(page, 'md')), page.markdown.replaceAll('](/', `](${DOCS_BASE}`));
write(`${target}/llms.txt`, llmsText(pages, DOCS_BASE));
write(`${target}/llms-full.txt`, llmsFull(pages));

// VitePress ends well even if it could not render a page.
const empty = pages.filter((page) => !readFileSync(join(target, fileOf(page, 'html')), 'utf8').includes('<h1'));
const problems = [
  ...empty.map((page) => `${addressWithLanguage(page)}: could not be rendered`),
  ...deadLinks(target, DOCS_BASE).map((link) => `${link} leads nowhere`),
];
if (problems.length > 0) {
  process.stderr.write(`${problems.join('\n')}\n`);
  process.exitCode = 1;
}
