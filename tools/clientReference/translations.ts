/** The Chinese of the client's docstrings: a list of English texts, each with its translation. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';

const file = 'tools/clientReference/zh-CN.yaml';

interface Translation {
  en: string;
  zh: string;
}

const readTranslations = (): Translation[] => parse(readFileSync(file, 'utf8')) ?? [];

/** Translates docstrings. A text without a translation remains in English. */
export function createTranslator(): (english: string) => string {
  const known = new Map(readTranslations().map(({ en, zh }) => [en, zh]));
  return (english) => known.get(english) || english;
}

/** Compares the translations with the docstrings. @returns a line for each text without a translation, and for each translation without a text */
export function translationProblems(texts: ReadonlySet<string>): string[] {
  const translations = readTranslations();
  const known = new Set(translations.filter(({ zh }) => zh !== '').map(({ en }) => en));
  return [
    ...[...texts].filter((text) => !known.has(text)).map((text) => `${file}: is missing: ${text}`),
    ...translations.filter(({ en }) => !texts.has(en)).map(({ en }) => `${file}: no docstring says this any more: ${en}`),
  ];
}

/** Adds the texts that are not translated, in their order on the page, and drops what no docstring says. @returns the number to translate */
export function updateTranslations(texts: ReadonlySet<string>): number {
  const known = new Map(readTranslations().map(({ en, zh }) => [en, zh]));
  const updated = [...texts].map((en): Translation => ({ en, zh: known.get(en) ?? '' }));
  const header = '# `npm run translate` writes the English, from the docstrings of the client.\n';
  writeFileSync(file, header + stringify(updated, { lineWidth: 0, blockQuote: 'literal' }));
  return updated.filter(({ zh }) => zh === '').length;
}
