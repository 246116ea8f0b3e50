import { parseStrictJson } from './strictJson.ts';

/** Matches the start of a member: a string literal and the colon after it. */
const name = /\s*("(?:[^"\\]|\\.)*")\s*:\s*/y;
/** Matches what is between values: a string literal, or one other character. */
const token = /"(?:[^"\\]|\\.)*"|[^"]/y;

/**
 * Parses a JSON object, and finds the text of each member's value, over which some platforms sign.
 *
 * @throws for anything but a JSON object without duplicate members
 */
export function rawMembers(json: string): { members: Record<string, unknown>; texts: ReadonlyMap<string, string> } {
  const parsed = parseStrictJson(json);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw new Error('not an object');
  const texts = new Map<string, string>();
  let at = json.indexOf('{') + 1;
  for (let found = matchAt(name, json, at); found; found = matchAt(name, json, at)) {
    const start = at + found[0].length;
    const end = endOf(json, start);
    texts.set(JSON.parse(found[1] ?? ''), json.slice(start, end).trimEnd());
    at = end + 1;
  }
  return { members: { ...parsed }, texts };
}

/** The place after the value that begins at `start`: its comma, or the object's closing brace. */
function endOf(json: string, start: number): number {
  let depth = 0;
  for (let at = start; at < json.length; ) {
    const [found = ''] = matchAt(token, json, at) ?? [];
    if (depth === 0 && (found === ',' || found === '}')) return at;
    if (found === '{' || found === '[') depth++;
    if (found === '}' || found === ']') depth--;
    at += found.length || 1;
  }
  return json.length;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
