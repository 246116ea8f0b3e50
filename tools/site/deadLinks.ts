import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Pages that the server shows without being built with the site, relative to it. */
const served = ['', 'zh-CN', 'zh-CN/', '../playground/'];

/**
 * The links of a built site that lead to no page, or to no heading of it, as `page: link`.
 *
 * @param folder the built site
 * @param base the site's path, with `/` at both ends
 */
export function deadLinks(folder: string, base: string): string[] {
  const pages = new Map(globSync('**/*.html', { cwd: folder }).map((page) => [page, readFileSync(join(folder, page), 'utf8')]));
  const anchors = new Map([...pages].map(([page, html]) => [page, new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id))]));

  const isThere = (page: string, link: string): boolean => {
    const { pathname, hash } = new URL(link.replaceAll('&amp;', '&'), `http://site${base}${page.replace(/(index)?\.html$/, '')}`);
    if (served.some((address) => new URL(address, `http://site${base}`).pathname === pathname)) return true;
    if (!pathname.startsWith(base)) return false;
    const path = decodeURIComponent(pathname.slice(base.length));
    const found = [`${path}.html`, posix.join(path, 'index.html')].find((file) => pages.has(file));
    if (found === undefined) return existsSync(join(folder, path)) && !path.endsWith('/');
    return hash === '' || anchors.get(found)?.has(decodeURIComponent(hash.slice(1))) === true;
  };

  return [...pages].flatMap(([page, html]) =>
    page === '404.html'
      ? []
      : [...html.matchAll(/ (?:href|src)="([^"]*)"/g)].flatMap(([, link = '']) =>
          /^[a-z]+:/.test(link) || isThere(page, link) ? [] : [`${page}: ${link}`],
        ),
  );
}
