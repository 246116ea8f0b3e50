import { Document, Scalar, visit } from 'yaml';

/** Characters that control a terminal or hide text: C0 (except tab and line feed), DEL, C1, bidi controls and line separators. */
const unprintable = /(?![\t\n])[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\p{Cs}\uFEFF]/gu;

const isUnprintable = (text: string): boolean => text.search(unprintable) >= 0;

/** Escapes characters that would control a terminal. JSON and double-quoted YAML read the escapes back. */
export const printable = (text: string): string =>
  text.replaceAll(unprintable, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

export const toJson = (data: unknown): string => `${printable(JSON.stringify(data, null, 2))}\n`;

export function toYaml(data: unknown): string {
  const document = new Document(data);
  visit(document, {
    Scalar(_key, node) {
      // YAML reads escapes only in double quotes.
      if (typeof node.value === 'string' && isUnprintable(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return printable(document.toString());
}
