import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Moves the scripts inside the pages to files, because the server's Content-Security-Policy allows no inline script.
 *
 * @param folder the built site
 * @param base the site's path, with `/` at both ends
 */
export function externalScripts(folder: string, base: string): void {
  for (const page of globSync('**/*.html', { cwd: folder })) {
    const file = join(folder, page);
    const html = readFileSync(file, 'utf8').replaceAll(
      /<script((?: id="[\w-]+")?)>(.*?)<\/script>/gs,
      (_whole, id: string, code: string) => {
        const script = `assets/inline.${createHash('sha256').update(code).digest('hex').slice(0, 8)}.js`;
        writeFileSync(join(folder, script), code);
        return `<script${id} src="${base}${script}"></script>`;
      },
    );
    writeFileSync(file, html);
  }
}
