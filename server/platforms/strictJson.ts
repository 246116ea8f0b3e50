/** Matches a string literal of JSON, and the colon after it if it is a member's name. */
const strings = /"(?:[^"\\]|\\["\\/bfnrtu])*"(?=(\s*:)?)/g;
const controls = /\p{Cc}/gu;
/** Maximum nesting. */
const deepest = 8;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses untrusted JSON: only valid UTF-8, without duplicate members at any depth. Control characters within strings are accepted, because
 * hosts seal nicknames with unescaped ones.
 *
 * @throws for any other input
 */
export const readStrictJson = (bytes: Uint8Array): unknown => parseStrictJson(utf8.decode(bytes));

/** The same, but undefined for any other input. */
export function readStrictJsonIfPossible(bytes: Uint8Array): unknown {
  try {
    return readStrictJson(bytes);
  } catch {
    return undefined;
  }
}

/** The same for decoded text. @throws for any other input */
export function parseStrictJson(text: string): unknown {
  const escaped = text.replace(strings, (string) => string.replace(controls, escapeControl));
  const value: unknown = JSON.parse(escaped);
  const membersInText = [...escaped.matchAll(strings)].filter(([, colon]) => colon !== undefined).length;
  if (membersInText !== countMembers(value, deepest)) throw new Error('has a duplicate member');
  return value;
}

const escapeControl = (control: string) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;

function countMembers(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (depth === 0) throw new Error('too deep');
  if (Object.hasOwn(value, '__proto__')) throw new Error('has a member named __proto__');
  const inner = Object.values(value);
  const own = Array.isArray(value) ? 0 : inner.length;
  return inner.reduce((sum: number, child) => sum + countMembers(child, depth - 1), own);
}
