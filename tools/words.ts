/**
 * Finds the phrases and comment openings that tools/words.yaml lists, in sources, the contract and the pages.
 *
 * `node tools/words.ts [FOLDER …]`
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

interface Words {
  phrases: Record<string, string>;
  openings: string;
}

const { phrases, openings }: Words = parse(readFileSync('tools/words.yaml', 'utf8'));
const folders = process.argv.length > 2 ? process.argv.slice(2) : ['.'];
/** Not checked: text written by tools or quoted verbatim, and the list itself. */
const excluded =
  /^(generated|test\/client\/seeds\/.*\.md|test\/(FAULTS|PLATFORMS)\.md|test\/contract\/last-release\.json|tools\/words\.yaml)/;

const rules = [
  ...Object.entries(phrases).map(([phrase, instead]) => ({
    pattern: new RegExp(`\\b(?:${phrase.replaceAll(' ', '\\s+(?:(?:\\*|//|#) )?')})\\b`, 'gi'),
    instead,
  })),
  {
    // Matches an opening after `/**`, after the first `//` of a comment, or after a tag and the parameter's name.
    pattern: new RegExp(`(?:/\\*\\*\\s+(?:\\* )?|(?<!//[^\\n]*\\n\\s*)// |@[a-z]+ (?:[\\w.]+ )?)(?:${openings})\\b`, 'g'),
    instead: 'name the thing first, or start with a verb',
  },
  { pattern: new RegExp(`@[a-z]+ (?:[\\w.]+ )?(?:${openings.toLowerCase()})\\b`, 'g'), instead: 'a noun, or "if" and "when"' },
];

const { stdout } = spawnSync('git', ['ls-files', '-z', '--', ...folders], { encoding: 'utf8' });
const files = stdout.split('\0').filter((file) => /\.(ts|js|yaml|yml|md)$/.test(file) && !excluded.test(file));
if (files.length === 0) throw new Error(`no files under version control in ${folders.join(', ')}`);

const found = files.flatMap((file) => {
  const text = readFileSync(file, 'utf8');
  return rules.flatMap(({ pattern, instead }) =>
    [...text.matchAll(pattern)].map(({ 0: phrase, index }) => {
      const line = text.slice(0, index).split('\n').length;
      return `${file}:${line}: "${phrase.replaceAll(/\s+/g, ' ')}" → ${instead}\n`;
    }),
  );
});
process.stdout.write(`${found.join('')}Phrases to reword: ${found.length}, in ${files.length} files\n`);
process.exitCode = found.length > 0 ? 1 : 0;
