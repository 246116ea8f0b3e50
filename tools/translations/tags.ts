import { entriesOf, isNode, type Json } from './prose.ts';

/**
 * Finds the tags whose operations use each part of a contract, directly or through other parts.
 *
 * @returns the tags by the JSONPath of an operation or a component
 */
export function tagsOf(contract: { [key: string]: Json }): Map<string, Set<string>> {
  const tags = new Map<string, Set<string>>();
  const { components } = contract;

  /** Adds a tag to a part. @returns whether the part did not have it */
  const add = (target: string, tag: string): boolean => {
    const users = tags.get(target) ?? new Set();
    tags.set(target, users);
    return !users.has(tag) && users.add(tag) !== undefined;
  };
  const visit = (node: Json, tag: string): void => {
    if (Array.isArray(node)) for (const item of node) visit(item, tag);
    else if (isNode(node)) {
      const [, kind = '', name = ''] = typeof node.$ref === 'string' ? (/^#\/components\/(\w+)\/(\w+)/.exec(node.$ref) ?? []) : [];
      const items = isNode(components) ? components[kind] : undefined;
      if (isNode(items) && items[name] !== undefined && add(`$.components.${kind}.${name}`, tag)) visit(items[name], tag);
      for (const value of Object.values(node)) visit(value, tag);
    }
  };

  for (const group of ['paths', 'webhooks']) {
    for (const [, item] of entriesOf(contract[group])) {
      for (const [, operation] of entriesOf(item)) {
        if (!isNode(operation) || !Array.isArray(operation.tags)) continue;
        const [tag] = operation.tags;
        if (typeof tag !== 'string') continue;
        add(`$.${group}.*[?@.operationId == '${operation.operationId}']`, tag);
        visit(operation, tag);
      }
    }
  }
  return tags;
}
