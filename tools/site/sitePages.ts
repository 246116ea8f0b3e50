import { joinChineseLines } from '../chineseLines.ts';
import type { Language } from '../translations/derivedTexts.ts';
import { contractPages, withOperationRecipes } from './contractPages.ts';
import { withSiteLinks } from './links.ts';
import { addressWithLanguage, type Page, repositoryPages, titleOf } from './pages.ts';

/**
 * All pages of the site, with links that work there.
 *
 * @param repository address of the repository's files on the web, if they have one
 */
export function sitePages(repository?: string): Page[] {
  const own = repositoryPages();
  const sources = new Set(own.flatMap(({ source }) => source ?? []));
  const pages = own.map((page) => {
    const linked = { ...page, markdown: withSiteLinks(page, sources, repository) };
    const complete = page.path === '/recipes' ? withOperationRecipes(linked) : linked;
    return page.language === 'zh-CN' ? { ...complete, markdown: joinChineseLines(complete.markdown) } : complete;
  });
  return [...pages, ...contractPages('en'), ...contractPages('zh-CN')];
}

const elsewhere: Record<Language, (link: string) => string> = {
  en: (link) => `This page is in Chinese only: ${link}`,
  'zh-CN': (link) => `此页只有英文：${link}`,
};

/** For each page in one language a short one in the other, which leads there, so that the switch of languages finds something. */
export function stubs(pages: readonly Page[]): Page[] {
  const addresses = new Set(pages.map(addressWithLanguage));
  return pages.flatMap((page) => {
    const language = page.language === 'en' ? 'zh-CN' : 'en';
    if (addresses.has(addressWithLanguage({ language, path: page.path }))) return [];
    const title = titleOf(page);
    const link = `[${title}](${addressWithLanguage(page)})`;
    return [{ language, path: page.path, markdown: `---\nsearch: false\n---\n\n# ${title}\n\n${elsewhere[language](link)}\n` }];
  });
}
