import { globSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Language } from '../translations/derivedTexts.ts';

/** A page of the site. */
export interface Page {
  language: Language;
  /** Its address below `/docs`, without the language: `/guides/wechat`; the page of a folder ends with `/`. */
  path: string;
  /** The file in the repository; undefined if the page comes from the contract. */
  source?: string;
  markdown: string;
}

/** The folders with pages for people; others have none, or those of installed packages. */
const folders = ['', 'client/', 'deploy/**/', 'docs/**/', 'examples/**/', 'server/**/', 'test/**/'];

/** All pages that the repository has as Markdown. */
export function repositoryPages(): Page[] {
  const sources = globSync(
    folders.map((folder) => `${folder}*.md`),
    { exclude: (name) => ['node_modules', '.venv', 'target', 'login', 'dist'].includes(name) },
  );
  return sources
    .map((source) => source.replaceAll('\\', '/'))
    .sort()
    .map((source) => {
      const page = { ...addressOf(source), source, markdown: readFileSync(source, 'utf8') };
      return hasTitle(page) ? page : { ...page, markdown: `# ${titleOf(page)}\n\n${page.markdown}` };
    });
}

const withoutCode = (markdown: string) => markdown.replaceAll(/^```.*?^```$/gms, '');
const hasTitle = ({ markdown }: Pick<Page, 'markdown'>) => /^# /m.test(withoutCode(markdown));

/** The language and the address of a file's page: `docs/` is left out, and a README is the page of its folder. */
export function addressOf(source: string): { language: Language; path: string } {
  const language = source.endsWith('.zh-CN.md') ? 'zh-CN' : 'en';
  const name = source.replace(/(\.zh-CN)?\.md$/, '').replace(/^docs\//, '');
  // `/docs` itself is the reference of the contract, and CONTRIBUTING introduces the pages of docs/contributing/.
  const named: Record<string, string> = { README: '/start', CONTRIBUTING: '/contributing/', client: '/client/reference' };
  const path = named[name] ?? `/${name.replace(/(^|\/)README$/, '$1')}`.toLowerCase();
  return { language, path };
}

/** A page's address below `/docs`. */
export const addressWithLanguage = ({ language, path }: Pick<Page, 'language' | 'path'>): string =>
  language === 'en' ? path : `/${language}${path}`;

/** The file of a page in the site's folder. */
export const fileOf = (page: Pick<Page, 'language' | 'path'>, extension: string): string =>
  `${addressWithLanguage(page).slice(1).replace(/\/$/, '/index')}.${extension}`;

/** The first heading, as text; the file's name if there is none. */
export function titleOf({ source, markdown }: Pick<Page, 'source' | 'markdown'>): string {
  const [, title] = /^# (.+)$/m.exec(withoutCode(markdown)) ?? [];
  return title?.replaceAll(/[`*]/g, '') ?? (source === undefined ? '' : `${dirname(source).split('/').at(-1)}/${source.split('/').at(-1)}`);
}
