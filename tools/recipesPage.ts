import { Marked } from 'marked';
import { getHeadingList, gfmHeadingId } from 'marked-gfm-heading-id';
import { iconLink } from '../server/http/icon.ts';
import { joinChineseLines } from './chineseLines.ts';
import type { Language } from './translations/derivedTexts.ts';

/** Renders a page of recipes as HTML. @param markdown the page in the repository, whose links name the other language's file */
export function recipesPage(markdown: string, language: Language): string {
  const body = new Marked(gfmHeadingId()).parse(joinChineseLines(withinServer(markdown)), { async: false });
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${/^# (.*)/.exec(markdown)?.[1]}</title>
${iconLink}
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: break-word }
code { background: #eee; padding: 0 .25em; overflow-wrap: anywhere }
pre { background: #eee; padding: .5em; overflow-x: auto }
pre code { padding: 0 }
nav ul { columns: 18rem; list-style: none; padding: 0; font-size: .9em }
nav ul ul { columns: auto; padding-left: 1em; font-size: 1em }
table { display: block; overflow-x: auto }
td { vertical-align: top; padding-right: 1em }
@media (max-width: 40rem) { thead { display: none } td { display: block } td + td { padding-bottom: .5em } }
</style>
${body.replace('</h1>', `</h1>\n${contents(language)}`)}`;
}

const contentsOf: Record<Language, string> = { en: 'Contents', 'zh-CN': '目录' };

/** The page's table of contents, of the headings that were rendered last. */
function contents(language: Language): string {
  const items = getHeadingList()
    .filter(({ level }) => level === 2 || level === 3)
    .map(({ level, id, text }) => ({ level, item: `<a href="#${id}">${text}</a>` }));
  const sections: { item: string; inner: string[] }[] = [];
  for (const { level, item } of items) {
    if (level === 2) sections.push({ item, inner: [] });
    else sections.at(-1)?.inner.push(`<li>${item}`);
  }
  const lists = sections.map(({ item, inner }) => `<li>${item}${inner.length > 0 ? `<ul>${inner.join('')}</ul>` : ''}`);
  const contents = contentsOf[language];
  return `<nav aria-label="${contents}"><details open><summary>${contents}</summary><ul>${lists.join('\n')}</ul></details></nav>`;
}

/** Rewrites links to work on the server, whatever its address. Files of the repository that the server does not have are no links. */
const withinServer = (markdown: string) =>
  markdown
    .replaceAll(/\[([^\]]+)\]\(\.\.\/[^)]+\.md[^)]*\)/g, '$1')
    .replaceAll(/\((recipes\S*)\.md\)/g, '($1)')
    .replaceAll('](http://127.0.0.1:3000/docs/', '](')
    .replaceAll('](http://127.0.0.1:3000/playground/', '](../playground/');
