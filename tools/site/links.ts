import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { addressOf, addressWithLanguage, type Page } from './pages.ts';

/** Files that the site shows as a page of another form. */
const shownAs: Record<string, string> = { 'openapi/schemas/ErrorCode.yaml': '/errors', 'openapi/openapi.yaml': '/operations' };

const link = /(!?)\[((?:`[^`]*`|[^[\]`])*)\]\(([^()\s]+)\)/g;

/**
 * Rewrites the links of a page's Markdown: to other pages by their address below `/docs`, to the repository's other files by their address
 * there. Without a repository on the web these are no links, and the file's name follows the text.
 *
 * @param sources the files that have a page
 * @param repository address of the repository's folder on the web, such as `https://git.example.com/login/blob/main`
 * @throws with all links to files that do not exist
 */
export function withSiteLinks({ source, language, markdown }: Page, sources: ReadonlySet<string>, repository?: string): string {
  if (source === undefined) return markdown;
  const dead: string[] = [];

  const rewritten = (whole: string, mark: string, text: string, target: string): string => {
    if (/^[a-z]+:|^#/i.test(target)) return whole;
    const [path = '', anchor] = target.split('#');
    const file = posix.join(posix.dirname(source), path).replace(/\/$/, '');
    if (!existsSync(file)) dead.push(`${source}: ${target}`);
    if (mark === '!') return `![${text}](${addressOfPicture(file)})`;
    const page = [file, `${file}/README.md`].find((candidate) => sources.has(candidate));
    const shown = shownAs[file];
    if (page !== undefined) return `[${text}](${addressWithLanguage(addressOf(page))}${anchor === undefined ? '' : `#${anchor}`})`;
    if (shown !== undefined) return `[${text}](${addressWithLanguage({ language, path: shown })})`;
    if (repository !== undefined) return `[${text}](${repository}/${file})`;
    return file.endsWith(text.replaceAll('`', '').replace(/\/$/, '')) ? `\`${file}\`` : `${text} (\`${file}\`)`;
  };

  const site = outsideCode(markdown, (part) => part.replaceAll(link, rewritten).replaceAll(ownServer, ownAddress));
  if (dead.length > 0) throw new Error(`links to files that do not exist:\n${dead.join('\n')}`);
  return site;
}

/** A picture's address below `/docs`. */
export const addressOfPicture = (file: string): string => `/${file.replace(/^docs\//, '')}`;

/** The pictures that pages show, as files of the repository. */
export const picturesOf = (pages: readonly Pick<Page, 'source' | 'markdown'>[]): string[] => [
  ...new Set(
    pages.flatMap(({ source = '', markdown }) =>
      [...markdown.matchAll(link)].flatMap(([, mark, , target = '']) =>
        mark === '!' && !/^[a-z]+:/.test(target) ? posix.join(posix.dirname(source), target) : [],
      ),
    ),
  ),
];

/** Links to a server on the reader's machine, which is the one that serves the site. */
const ownServer = /(?<=\]\()http:\/\/127\.0\.0\.1:3000\/(docs|playground)\/([^)\s]*)(?=\))/g;
const ownAddress = (_whole: string, part: string, path: string) =>
  part === 'docs' ? path.replace(/^([\w/-]+)\.zh-CN(?=#|$)/, '/zh-CN/$1').replace(/^(?!\/)/, '/') : `/../${part}/${path}`;

const outsideCode = (markdown: string, change: (part: string) => string): string =>
  markdown
    .split(/(^ *```.*?^ *```$)/ms)
    .map((part) => (/^ *```/.test(part) ? part : change(part)))
    .join('');
