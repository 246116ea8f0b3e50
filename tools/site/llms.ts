/** Texts for language models, as llmstxt.org describes them. */
import type { Language } from '../translations/derivedTexts.ts';
import { addressWithLanguage, fileOf, type Page, titleOf } from './pages.ts';

const headings: Record<Language, string> = { en: 'English', 'zh-CN': '中文' };

/** The first sentence below the first heading, without links; empty if no paragraph has one. */
export function firstSentence({ markdown }: Pick<Page, 'markdown'>): string {
  for (const paragraph of markdown.replaceAll(/^ *```.*?^ *```$/gms, '').split(/\n{2,}/)) {
    const text = paragraph
      .trim()
      .replaceAll(/\s*\n\s*/g, ' ')
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
    const [sentence] = /^.{20,}?(?:\.(?= |$)|。)/.exec(text) ?? [];
    // Neither headings, tables and lists, nor the line with a decision's status.
    if (sentence !== undefined && !/^(#|\||[-*>] |\d+\. |Status:)/.test(text)) return sentence;
  }
  return '';
}

/** The list of all pages, each with its address and its first sentence. */
export function llmsText(pages: readonly Page[], base: string): string {
  const root = base.replace(/[^/]+\/$/, '');
  const [readme] = pages.filter(({ source }) => source === 'README.md');
  const list = (language: Language) =>
    pages
      .filter((page) => page.language === language)
      .map((page) => `- [${titleOf(page)}](${base}${fileOf(page, 'md')}): ${firstSentence(page)}`.replace(/: $/, ''))
      .join('\n');
  return `# ${readme && titleOf(readme)}

> ${readme && firstSentence(readme)}

The contract: [openapi.json](${root}openapi.json), in Chinese [openapi.zh-CN.json](${root}openapi.zh-CN.json). All English pages in one file: [llms-full.txt](${base}llms-full.txt).

## ${headings.en}

${list('en')}

## ${headings['zh-CN']}

${list('zh-CN')}
`;
}

/** All English pages, one after another, each after its address. */
export const llmsFull = (pages: readonly Page[]): string =>
  pages
    .filter(({ language }) => language === 'en')
    .map((page) => `<!-- /docs${addressWithLanguage(page)} -->\n\n${page.markdown}`)
    .join('\n');
