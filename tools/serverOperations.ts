/** Writes the facts about operations that only the server needs: scopes of server keys, and bodies that are forms. */
interface Operation {
  operationId?: string;
  security?: Record<string, string[]>[];
  requestBody?: { content: object };
}

/** @returns the text of a module, without the header of generated files */
export function serverOperations(operations: Operation[]): string {
  const scopes = operations.flatMap(({ operationId, security = [] }) => {
    const [scope] = security.flatMap(({ ServerKey = [] }) => ServerKey);
    return operationId === undefined || scope === undefined ? [] : [[operationId, scope]];
  });
  const forms = operations.flatMap(({ operationId, requestBody }) =>
    operationId !== undefined && 'application/x-www-form-urlencoded' in (requestBody?.content ?? {}) ? [operationId] : [],
  );
  return `/** The scope that a server key needs for each operation that takes one. */
export const operationScopes = ${JSON.stringify(Object.fromEntries(scopes), null, 2)} as const;

/** The operations whose bodies are forms, like OAuth's. */
export const formOperations = ${JSON.stringify(forms)} as const;
`;
}
