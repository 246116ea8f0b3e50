/** How the search divides texts and queries: codes and names by their parts, Chinese by pairs of characters. */

/** Letters and digits with the underscores between them, or a run of Chinese. */
const words = /\p{Script=Han}+|[\p{L}\p{N}_]+/gu;
const isChinese = (word: string) => /^\p{Script=Han}/u.test(word);

/** A word, and what follows each of its underscores and capitals: `code_invalid` and `invalid` of `sms_code_invalid`. */
function endings(word: string): string[] {
  const starts = [...word.matchAll(/(?<=_)(?=[^_])|(?<=[a-z])(?=[A-Z])/g)].map(({ index }) => index);
  return [0, ...starts].map((start) => word.slice(start));
}

const pairs = (word: string): string[] =>
  word.length === 1 ? [word] : Array.from({ length: word.length - 1 }, (_, at) => word.slice(at, at + 2));

const divide = (text: string, divideWord: (word: string) => string[]): string[] =>
  // Letters next to Chinese are separate words.
  [...text.matchAll(words)].flatMap(([run]) =>
    run.split(/(\p{Script=Han}+)/u).flatMap((word) => (word === '' ? [] : isChinese(word) ? pairs(word) : divideWord(word))),
  );

/** The terms under which a text is found. Each is matched from its start, so `code_inv` finds `sms_code_invalid`. */
export const indexTerms = (text: string): string[] => divide(text, endings);

/** The terms of a query, all of which must be found. */
export const queryTerms = (text: string): string[] => divide(text, (word) => [word]);
