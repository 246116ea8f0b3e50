/** `node parseFolder.ts LANG DIR`: prints the files of a folder that do not parse, and the number of all files at the end. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Language, Parser } from 'web-tree-sitter';

const [, , language = '', folder = ''] = process.argv;
await Parser.init();
const grammar = createRequire(import.meta.url).resolve(`tree-sitter-wasms/out/tree-sitter-${language}.wasm`);
const parser = new Parser().setLanguage(await Language.load(grammar));
const files = readdirSync(folder);
for (const file of files) {
  if (parser.parse(readFileSync(join(folder, file), 'utf8'))?.rootNode.hasError !== false) console.log(file);
}
console.log(files.length);
