import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The package's pages, each with the page of the repository that it is made of. */
export const packagePages: Readonly<Record<string, string>> = {
  'README.md': 'client/README.md',
  'README.zh-CN.md': 'client/README.zh-CN.md',
  'REFERENCE.md': 'docs/client.md',
  'REFERENCE.zh-CN.md': 'docs/client.zh-CN.md',
};

/** Sentences for readers who have nothing but the package, at the end of a page's introduction. */
const notes: Readonly<Record<string, string>> = {
  'README.md': 'Commands, `dist/…` and the files in brackets are those of that project.',
  'README.zh-CN.md': '文中的命令、`dist/…` 和括号中的文件，都在该项目中。',
};

const inChinese = (text: string, file: string) => `${text}（\`${file}\`）`;
const inEnglish = (text: string, file: string) => `${text} (\`${file}\`)`;

/** A page as the package has it: links to pages that are not in the package become the names of these pages. */
export function packagePage(name: string): string {
  const source = packagePages[name] ?? '';
  const note = notes[name];
  const bracketed = name.endsWith('.zh-CN.md') ? inChinese : inEnglish;
  const page = readFileSync(source, 'utf8').replace(/\n\n## /, (start) => (note === undefined ? start : `\n\n${note}${start}`));
  const linked = /\[([^\]]*)\]\(([^)\s]+)\)/g;
  return page.replaceAll(linked, (link, text: string, target: string) => {
    const [path = '', anchor] = target.split('#');
    if (path === '' || path.includes('://')) return link;
    const file = join(source, '..', path);
    const [packed] = Object.entries(packagePages).find(([, page]) => page === file) ?? [];
    if (packed) return `[${text}](${packed}${anchor === undefined ? '' : `#${anchor}`})`;
    return text === basename(file) || text === file ? `\`${file}\`` : bracketed(text, file);
  });
}
