import { joinChineseLines } from '../chineseLines.ts';
import { readOverlays, type Texts, unfinished } from './overlay.ts';
import { isNode, type Json } from './prose.ts';

/** Applies the overlays of a language. Texts without a finished translation remain in English. */
export function translate<Contract extends object>(contract: Contract, language: string): Contract {
  const translated = structuredClone(contract);
  for (const { actions } of readOverlays(language).values()) {
    for (const { target, update } of actions) {
      for (const node of select(translated as { [key: string]: Json }, target)) merge(node, update);
    }
  }
  return translated;
}

/** The segments of a JSONPath that overlays use: `.name` or `['name']`, `.*`, `[0]`, `[?@.name == 'value']`. */
const segment = /\.\*|\.(\w+)|\['([^']+)'\]|\[(\d+)\]|\[\?@\.(\w+) == '([^']+)'\]/y;

/** Selects the nodes of a JSONPath (RFC 9535). @throws for a segment of another form */
export function select(root: Json, path: string): Json[] {
  let nodes = [root];
  segment.lastIndex = 1;
  while (segment.lastIndex < path.length) {
    const start = segment.lastIndex;
    const [, name, quoted, index, key, value] = segment.exec(path) ?? [];
    if (segment.lastIndex === 0) throw new Error(`cannot read ${path.slice(start)} in the target ${path}`);
    const child = name ?? quoted ?? index;
    const children = nodes.flatMap((node) => Object.entries(typeof node === 'object' && node !== null ? node : {}));
    nodes = children.flatMap(([own, node]) => {
      if (child !== undefined) return own === child ? [node] : [];
      return key === undefined || (isNode(node) && node[key] === value) ? [node] : [];
    });
  }
  return nodes;
}

/** Replaces the texts of a node. */
function merge(node: Json | undefined, update: Texts): void {
  if (!isNode(node)) return;
  for (const [key, text] of Object.entries(update)) {
    if (typeof text !== 'string') merge(node[key], text);
    else if (key in node && text !== '' && !text.startsWith(unfinished)) node[key] = joinChineseLines(text);
  }
}
