import { Marked } from 'marked';
import { getHeadingList, gfmHeadingId } from 'marked-gfm-heading-id';
import { iconLink } from '../server/http/icon.ts';
import { joinChineseLines } from './chineseLines.ts';
import { quoted } from './samples/codeSamples.ts';
import { operationRequest, type Reference, resolve } from './samples/operationRequest.ts';
import type { Language } from './translations/derivedTexts.ts';

/** The part of the bundle that the page shows. */
export interface RecipesContract {
  paths: Record<string, Record<string, Operation>>;
  components: {
    schemas: { ErrorCode: { 'x-error-codes': Record<string, { meaning: string }> } };
  };
}
interface Operation {
  operationId?: string;
  summary: string;
  security?: Record<string, string[]>[];
  requestBody?: Content;
  responses: Record<string, Reference | (Content & { description: string })>;
}
interface Content {
  content?: Record<string, { examples?: Record<string, Reference | { summary?: string; value: unknown }> }>;
}

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

const texts = {
  en: {
    contents: 'Contents',
    everyOperation: "## Every operation\n\nWith one of these, as `-H 'Prefer: …'`, the mock answers that example.",
    columns: '| Prefer | What it says |',
    stop: '.',
  },
  'zh-CN': {
    contents: '目录',
    everyOperation: "## 每个接口\n\n把下表中的一项作为请求头（`-H 'Prefer: …'`）发送，模拟服务就返回对应的示例。",
    columns: '| Prefer | 含义 |',
    stop: '。',
  },
};

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
  const { contents } = texts[language];
  return `<nav aria-label="${contents}"><details open><summary>${contents}</summary><ul>${lists.join('\n')}</ul></details></nav>`;
}

/** Rewrites links to work on the server, whatever its address. Files of the repository that the server does not have are no links. */
const withinServer = (markdown: string) =>
  markdown
    .replaceAll(/\[([^\]]+)\]\(\.\.\/[^)]+\.md[^)]*\)/g, '$1')
    .replaceAll(/\((recipes\S*)\.md\)/g, '($1)')
    .replaceAll('](http://127.0.0.1:3000/docs/', '](')
    .replaceAll('](http://127.0.0.1:3000/playground/', '](../playground/');

/** Lists every answer of each operation as Markdown: a command, and a row for each `Prefer`. */
export function operationRecipes(contract: RecipesContract, language: Language): string {
  const { everyOperation, columns, stop } = texts[language];
  const { schemas } = contract.components;
  const meaningOf = (example: string) => schemas.ErrorCode['x-error-codes'][example]?.meaning;
  const examplesOf = ({ content = {} }: Content) => Object.values(content).flatMap(({ examples = {} }) => Object.entries(examples));

  const commandOf = (method: string, path: string, item: object, operation: Operation) => {
    const { filledPath, body, isUpload, isForm, takes } = operationRequest(contract, path, item, operation);
    return [
      'curl -si',
      method !== 'get' && !(method === 'post' && (body || isUpload)) && `-X ${method.toUpperCase()}`,
      // Shells read ? and & themselves.
      filledPath.includes('?') ? quoted(`http://127.0.0.1:4010${filledPath}`) : `http://127.0.0.1:4010${filledPath}`,
      takes('ClientId') && "-H 'X-Hydrogen-Client-ID: any'",
      takes('Session') && "-H 'Authorization: Hydrogen-r1 any'",
      takes('ServerKeyBasic') && '-u any:any',
      isUpload && "-F 'file=any;filename=picture.jpg'",
      body && (isForm ? formOf(body) : `--json ${quoted(JSON.stringify(body))}`),
    ]
      .filter(Boolean)
      .join(' ');
  };
  const rowsOf = ({ responses }: Operation) =>
    Object.entries(responses).flatMap(([status, reference]) => {
      const response = resolve(contract, reference);
      return examplesOf(response).map(([name, example]) => {
        const text = meaningOf(name) ?? resolve(contract, example).summary ?? response.description;
        return `| \`code=${status}, example=${name}\` | ${text} |`;
      });
    });

  const sections = Object.entries(contract.paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, operation]) =>
      operation.operationId
        ? `### ${operation.operationId}

${operation.summary}${stop}

\`\`\`sh
${commandOf(method, path, item, operation)}
\`\`\`

${columns}
| --- | --- |
${rowsOf(operation).join('\n')}
`
        : [],
    ),
  );
  return `${everyOperation}\n\n${sections.join('\n')}`;
}

/** curl's options for the fields of a form. */
const formOf = (fields: object): string =>
  Object.entries(fields)
    .map(([name, value]) => `--data-urlencode ${quoted(`${name}=${value}`)}`)
    .join(' ');
