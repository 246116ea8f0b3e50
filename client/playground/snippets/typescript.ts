import type { Exchange } from '../host/recording.ts';
import { clientId, serverRoot } from '../server.ts';
import { calledBy } from './operations.ts';

/** The requests of a press as calls of the typed client. */
export function typescriptOf(exchanges: readonly Exchange[]): string {
  const calls = exchanges.flatMap((exchange) => {
    const called = exchange.kind === 'request' ? calledBy(exchange) : undefined;
    if (!called || exchange.kind !== 'request') return [];
    const { operationId, parameters } = called;
    const path = Object.keys(parameters).length > 0 ? { params: { path: numbersIn(parameters) } } : {};
    const options = { ...path, ...(exchange.body !== undefined && { body: exchange.body }) };
    return [`await client.operations.${operationId}(${Object.keys(options).length > 0 ? literal(options) : ''})`];
  });
  if (calls.length === 0) return '';
  return [
    "import { createClient } from 'miniprogram-login-client/api'",
    '',
    `const client = createClient({ baseUrl: '${serverRoot}', clientId: '${clientId}', token: () => token })`,
    ...calls,
  ].join('\n');
}

const numbersIn = (parameters: Record<string, string>) =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, /^\d+$/.test(value) ? Number(value) : value]));

/** A value as a literal of JavaScript, with plain names unquoted. */
const literal = (value: unknown): string => JSON.stringify(value, null, 2).replaceAll(/^(\s*)"(\w+)":/gm, '$1$2:');
