/** Finds the texts of a contract that people read, and the place of each in an OpenAPI Overlay action. */

/** JSON of the contract's bundle. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Node = { [key: string]: Json };

export interface Prose {
  /** The JSONPath of the operation, the component or the list's item that has the text. */
  target: string;
  /** The keys from there to the text. */
  keys: string[];
  text: string;
}

const proseKeys = new Set(['summary', 'description', 'meaning', 'remedy', 'x-displayName']);
/** Data, which is the same in every language. */
const dataKeys = new Set(['example', 'value', 'default', 'enum', 'const']);
/** Maps, whose keys are names. */
const maps = new Set([
  'properties',
  'patternProperties',
  'responses',
  'headers',
  'links',
  'examples',
  'content',
  'variables',
  'x-error-codes',
]);

/** @param contract the bundle, before anything is derived from its text */
export function proseOf(contract: Node): Prose[] {
  const found: Prose[] = [];

  const visit = (node: Json, target: string, keys: string[], isMap: boolean): void => {
    if (Array.isArray(node)) {
      for (const [index, item] of node.entries()) visit(item, `${target}${pathOf(keys)}${selectorOf(item, index)}`, [], false);
    } else if (typeof node === 'object' && node !== null) {
      for (const [key, value] of Object.entries(node)) {
        if (!isMap && dataKeys.has(key)) continue;
        // The examples of a schema are data, unlike the named examples of a body.
        if (key === 'examples' && Array.isArray(value)) continue;
        if (!isMap && proseKeys.has(key) && typeof value === 'string') found.push({ target, keys: [...keys, key], text: value });
        else visit(value, target, [...keys, key], !isMap && maps.has(key));
      }
    }
  };

  const { info, paths, webhooks, components, ...rest } = contract;
  if (isNode(info)) {
    const { title, ...others } = info;
    if (typeof title === 'string') found.push({ target: '$.info', keys: ['title'], text: title });
    visit(others, '$.info', [], false);
  }
  for (const [key, value] of Object.entries(rest)) visit(value, '$', [key], false);
  for (const [group, items] of Object.entries({ paths, webhooks })) {
    for (const [path, item] of entriesOf(items)) {
      for (const [key, value] of entriesOf(item)) {
        if (isNode(value) && typeof value.operationId === 'string') {
          visit(value, `$.${group}.*[?@.operationId == '${value.operationId}']`, [], false);
        } else visit(value, `$.${group}['${path}']`, [key], false);
      }
    }
  }
  for (const [kind, items] of entriesOf(components)) {
    for (const [name, item] of entriesOf(items)) visit(item, `$.components.${kind}.${name}`, [], false);
  }
  return found;
}

export const isNode = (value: Json | undefined): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
export const entriesOf = (value: Json | undefined): [string, Json][] => (isNode(value) ? Object.entries(value) : []);
const pathOf = (keys: string[]) => keys.map((key) => (/^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `['${key}']`)).join('');

/** Selects an item of a list, by its name if it has one. */
const selectorOf = (item: Json, index: number) => {
  const key = isNode(item) ? ['name', 'url'].find((name) => typeof item[name] === 'string') : undefined;
  return key === undefined || !isNode(item) ? `[${index}]` : `[?@.${key} == '${item[key]}']`;
};
