/** Expands `aliases.yaml`: the older paths of the contract's operations. */
import { derivedTexts, type Language } from './translations/derivedTexts.ts';

interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  deprecated?: boolean;
}
type Paths = Record<string, Record<string, Operation>>;

export interface Alias {
  /** A name for the alias alone: operationIds must be unique within a contract. */
  aliasId: string;
  method: string;
  path: string;
  /** The operation that the path leads to. */
  operationId: string;
}

/**
 * Adds each alias to the contract as a deprecated operation.
 *
 * @param table the older paths by operationId
 * @returns the contract's paths together with the aliases', and the aliases
 * @throws if the contract has no such operation, or has the alias's name or place already
 */
export function expandAliases(paths: Paths, table: Record<string, string[]>, language: Language): { paths: Paths; aliases: Alias[] } {
  const texts = derivedTexts[language];
  const expanded = structuredClone(paths);
  const operations = new Map<string, { method: string; operation: Operation; parameters: Operation | undefined }>();
  for (const { parameters, ...item } of Object.values(paths)) {
    for (const [method, operation] of Object.entries(item)) operations.set(operation.operationId ?? '', { method, operation, parameters });
  }
  const names = new Set(operations.keys());

  const aliases = Object.entries(table).flatMap(([operationId, older]) =>
    older.map((path) => {
      const refuse = (reason: string) => new Error(`openapi/aliases.yaml: ${path} of ${operationId}: ${reason}`);
      const target = operations.get(operationId);
      if (!target) throw refuse('the contract has no such operation');
      const [, major, minor = ''] = /\/v(\d+)(?:\.(\d+))?\//.exec(path) ?? [];
      if (!major) throw refuse('the path has no version to name the alias by');
      const { method, operation, parameters } = target;
      const aliasId = `${operationId}V${major}${minor}`;
      if (names.has(aliasId)) throw refuse(`the contract has an operation ${aliasId} already`);
      if (expanded[path]?.[method]) throw refuse(`the contract has an operation at ${method} ${path} already`);
      names.add(aliasId);
      expanded[path] = {
        ...(parameters && { parameters }),
        ...expanded[path],
        [method]: {
          ...operation,
          operationId: aliasId,
          summary: texts.olderPath(operation.summary),
          description: `${texts.olderPathOf(operationId)}\n`,
          deprecated: true,
        },
      };
      return { aliasId, method: method.toUpperCase(), path, operationId };
    }),
  );
  return { paths: expanded, aliases };
}
