/** Writes the operations of a bundle as TypeScript: the data that clients need to call them and the server needs to route them. */
import type { Alias } from './aliases.ts';

type SecurityRequirement = Record<string, string[]>;
interface Operation {
  operationId?: string;
  security?: SecurityRequirement[];
  requestBody?: { content: object };
}
export interface OperationsContract {
  security: SecurityRequirement[];
  paths: Record<string, Record<string, Operation>>;
}

/** Whether every, some or no alternative of `security` contains a session. */
function sessionOf(security: SecurityRequirement[]): 'required' | 'optional' | 'none' {
  const withSession = security.filter((requirement) => 'Session' in requirement).length;
  if (withSession === 0) return 'none';
  return withSession === security.length ? 'required' : 'optional';
}

/** Whether an operation receives a file. */
const isForm = (requestBody?: { content: object }) => 'multipart/form-data' in (requestBody?.content ?? {});

/**
 * @param contract without the older paths, which `aliases` has
 * @returns the text of a module, without the header of generated files
 */
export function operationTables({ paths, ...contract }: OperationsContract, aliases: readonly Alias[]): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).flatMap(([method, { operationId, security = contract.security, requestBody }]) =>
      operationId ? { operationId, method: method.toUpperCase(), path, session: sessionOf(security), upload: isForm(requestBody) } : [],
    ),
  );
  // A constant per operation, so that a bundled client contains only the operations it calls.
  const constants = operations.map(
    ({ operationId, method, path, session, upload }) =>
      `export const ${operationId} = { method: '${method}', path: '${path}', session: '${session}'${upload ? ', upload: true' : ''} } as const;`,
  );
  const platformNames = [...new Set(operations.flatMap(({ path }) => /\/idp\/(\w+)\//.exec(path)?.[1] ?? []))];
  const olderPaths = aliases.map(
    ({ aliasId, method, path, operationId }) => `  ${aliasId}: { method: '${method}', path: '${path}', operationId: '${operationId}' },`,
  );
  return `${constants.join('\n')}

/** Every operation by operationId: its method and path, and whether it needs a session. */
export const operationTable = {
${operations.map(({ operationId }) => `  ${operationId},`).join('\n')}
} as const;

export type OperationId = keyof typeof operationTable;

/** The platforms that the contract has operations for, by the name in their paths. */
export type PlatformName = ${platformNames.map((name) => `'${name}'`).join(' | ')};

/** The older paths of operations by their own operationIds, each with the operation that it is an alias of. */
export const aliasTable = {
${olderPaths.join('\n')}
} as const;
`;
}
