import type { Request } from 'express';
import { pathToRegexp } from 'path-to-regexp';
import { aliasTable, type OperationId, operationTable } from '../../generated/operations.ts';
import { ApiError, invalidField, textOf } from '../errors.ts';
import { createNearestPath } from './nearestPath.ts';

/** The operations at one path, by method. */
type PathItem = Map<string, OperationId>;

export interface FoundOperation {
  operationId: OperationId;
  /** The parameters in its path, as text. */
  params: Record<string, string>;
}

const isOperationId = (id: string): id is OperationId => Object.hasOwn(operationTable, id);

const items = new Map<string, PathItem>();
const places = Object.keys(operationTable)
  .filter(isOperationId)
  .map((operationId) => ({ ...operationTable[operationId], operationId }));
for (const { path, method, operationId } of [...places, ...Object.values(aliasTable)]) {
  const item: PathItem = items.get(path) ?? new Map();
  items.set(path, item.set(method, operationId));
}

const hasParameter = (path: string) => path.includes('{');
/** Patterns of the contract's paths, for requests whose path is not equal to one of them. */
const patterns = [...items]
  .sort(([a], [b]) => Number(hasParameter(b)) - Number(hasParameter(a)))
  .map(([path, item]) => ({ ...pathToRegexp(path.replaceAll(/\{(\w+)\}/g, ':$1')), item }));

const nearestPath = createNearestPath([...items.keys()]);

/** A path that cannot be decoded; replaces a request target that contains no path. */
export const unreadablePath = '/%';

/**
 * Finds the operation of a request, and the parameters in its path.
 *
 * @throws path_not_found, method_not_allowed; request_invalid for a path that cannot be decoded
 */
export function findOperation({ baseUrl, url, method }: Request): FoundOperation {
  const [path = ''] = `${baseUrl}${url}`.split('?', 1);
  const { item, params } = find(path);
  const operationId = item.get(method);
  if (!operationId) throw new ApiError('method_not_allowed', { allow: [...item.keys()].join(', ') });
  return { operationId, params };
}

function find(path: string): { item: PathItem; params: Record<string, string> } {
  const exact = items.get(path);
  if (exact) return { item: exact, params: {} };
  for (const { regexp, keys, item } of patterns) {
    const found = regexp.exec(path);
    if (found) return { item, params: Object.fromEntries(keys.map(({ name }, index) => [name, decode(found[index + 1] ?? '', path)])) };
  }
  decode(path, path);
  const nearest = nearestPath(path);
  if (nearest === undefined) throw new ApiError('path_not_found');
  const methods = [...(items.get(nearest)?.keys() ?? [])];
  const { en, zh } = textOf('path_not_found');
  const text = {
    en: `${en} Did you mean ${methods.join(' or ')} ${nearest} ?`,
    zh: `${zh}是不是要请求 ${methods.join(' 或 ')} ${nearest} ？`,
  };
  throw new ApiError('path_not_found', { text });
}

function decode(text: string, path: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalidField(path, 'malformed uri');
  }
}
