import { contract } from '../../support/contract.ts';

/** A sentence of the contract's prose. */
export interface Sentence {
  text: string;
  /** The operationId of the description that has it, or the path of the component, such as `schemas/User`. */
  place: string;
}

/** Texts that are not prose: examples, code and the table of error codes, which `errors.ts` covers code by code. */
const notProse = new Set(['examples', 'example', 'x-codeSamples', 'x-error-codes', 'tags', 'servers', 'security']);

/** Every sentence of the descriptions in the bundle; older paths of an operation are the operation. */
export const readSentences = (): Sentence[] => sentencesIn(contract, '');

function sentencesIn(node: unknown, place: string, operation?: string): Sentence[] {
  if (typeof node !== 'object' || node === null) return [];
  const within = operation ?? ('operationId' in node && 'responses' in node ? String(node.operationId) : undefined);
  return Object.entries(node).flatMap(([key, value]) => {
    if (notProse.has(key)) return [];
    if (key === 'description' && typeof value === 'string') return split(value).map((text) => ({ text, place: within ?? place }));
    return sentencesIn(value, place === '' || place === 'components' ? key : `${place}/${key}`, within);
  });
}

/** A text's sentences, each on one line. Rows of tables are sentences, headings are none. */
function split(text: string): string[] {
  return text
    .trim()
    .split(/\n\s*\n|\n(?=[|#])|(?<=^#.*)\n/m)
    .filter((block) => !/^#|^\|[-| ]+\|$/.test(block))
    .flatMap((block) => oneLine(block).split(/(?<!\b[eE]\.g\.)(?<=[.!?]\)?)\s+(?=[A-Z0-9`(*]|[a-z]\w*[A-Z])/))
    .filter((sentence) => sentence !== '');
}

/** A text with single spaces in place of line breaks and runs of spaces. */
export const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();
