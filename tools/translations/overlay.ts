/**
 * The contract's text in another language, as OpenAPI Overlays: `openapi/overlays/<language>/`. Next to each translation, `x-source` has
 * the English text that it translates, so that missing and outdated translations are found.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { type Json, type Prose, proseOf } from './prose.ts';

/** Texts at their places within the target of an action. */
export interface Texts {
  [key: string]: string | Texts;
}

export interface Action {
  target: string;
  /** The English text. */
  'x-source': Texts;
  /** The translation. */
  update: Texts;
}

export interface Overlay {
  overlay: string;
  info: { title: string; version: string };
  actions: Action[];
}

/** The mark at the start of an unfinished translation: the old one of a text that has changed. */
export const unfinished = '待译';

export const folderOf = (language: string) => `openapi/overlays/${language}`;

/** Reads the overlays of a language by their files. */
export function readOverlays(language: string): Map<string, Overlay> {
  const files = readdirSync(folderOf(language)).sort();
  return new Map(files.map((file) => [file, parse(readFileSync(`${folderOf(language)}/${file}`, 'utf8'))]));
}

const header = '# `npm run translate` writes all but the translations, and keeps no comments.\n';

/** Replaces the overlays of a language. */
export function writeOverlays(language: string, overlays: Map<string, Overlay>): void {
  for (const file of readdirSync(folderOf(language))) if (!overlays.has(file)) rmSync(`${folderOf(language)}/${file}`);
  for (const [file, overlay] of overlays) {
    writeFileSync(`${folderOf(language)}/${file}`, header + stringify(overlay, { lineWidth: 0, blockQuote: 'literal' }));
  }
}

/** A text's place, to compare places by. */
export const placeOf = ({ target, keys }: Omit<Prose, 'text'>) => `${target} ${keys.join('.')}`;

/** A text on one line, because wrapping it differently does not affect its translation. */
export const unwrapped = (text: string | undefined) => text?.replaceAll(/\s+/g, ' ').trim();

/** Lists the texts of an action's half by their places. */
export function textsOf(target: string, texts: Texts, keys: string[] = []): Prose[] {
  return Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [{ target, keys: [...keys, key], text: value }] : textsOf(target, value, [...keys, key]),
  );
}

/**
 * Compares the overlays with the contract's English text.
 *
 * @returns a line for each text without a finished translation, and for each translation without a text
 */
export function problemsOf(contract: { [key: string]: Json }, overlays: Map<string, Overlay>): string[] {
  const english = new Map(proseOf(contract).map((prose) => [placeOf(prose), prose.text]));
  const translated = new Map<string, string>();
  const problems: string[] = [];
  for (const [file, { actions }] of overlays) {
    for (const { target, 'x-source': source, update } of actions) {
      const sources = new Map(textsOf(target, source).map((prose) => [placeOf(prose), prose.text]));
      for (const prose of textsOf(target, update)) {
        const place = placeOf(prose);
        if (translated.has(place)) problems.push(`${file}: ${place}: is already translated in ${translated.get(place)}`);
        translated.set(place, file);
        if (!english.has(place)) problems.push(`${file}: ${place}: the contract no longer has this text`);
        else if (unwrapped(sources.get(place)) !== unwrapped(english.get(place)))
          problems.push(`${file}: ${place}: the English text has changed`);
        else if (prose.text === '' || prose.text.startsWith(unfinished)) problems.push(`${file}: ${place}: is not translated yet`);
      }
    }
  }
  const missing = [...english.keys()].filter((place) => !translated.has(place));
  return [...problems, ...missing.map((place) => `${place}: has no translation`)];
}
