import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The package's pages, each with the page of the repository that it is made of. */
export const packagePages: Readonly<Record<string, string>> = {
  'README.md': 'client/README.md',
  'README.zh-CN.md': 'client/README.zh-CN.md',
  'REFERENCE.md': 'docs/client.md',
  'REFERENCE.zh-CN.md': 'docs/client.zh-CN.md',
};

/** A page as the package has it: links to pages that are not in the package become the names of these pages. */
export function packagePage(name: string): string {
  const source = packagePages[name] ?? '';
  const linked = /\[([^\]]*)\]\(([^)\s]+)\)/g;
  return readFileSync(source, 'utf8').replaceAll(linked, (link, text: string, target: string) => {
    const [path = '', anchor] = target.split('#');
    if (path === '' || path.includes('://')) return link;
    const file = join(source, '..', path);
    const [packed] = Object.entries(packagePages).find(([, page]) => page === file) ?? [];
    if (packed) return `[${text}](${packed}${anchor === undefined ? '' : `#${anchor}`})`;
    return text === basename(file) || text === file ? `\`${file}\`` : `${text} (\`${file}\`)`;
  });
}
