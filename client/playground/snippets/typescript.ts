import type { Exchange } from '../host/recording.ts';
import { clientId, serverRoot } from '../server.ts';
import { calledBy } from './operations.ts';

/** The requests of a press as calls of the typed client. */
export function typescriptOf(exchanges: readonly Exchange[]): string {
  const calls = exchanges.flatMap((exchange) => {
    const called = exchange.kind === 'request' ? calledBy(exchange) : undefined;
    if (!called || exchange.kind !== 'request') return [];
    const { operationId, parameters } = called;
    const call = `await client.operations.${operationId}`;
    if (exchange.isUpload) return [`${call}({ body: { file: picture } })`];
    const query = Object.fromEntries(new URL(exchange.url).searchParams);
    const params = {
      ...(Object.keys(parameters).length > 0 && { path: numbersIn(parameters) }),
      ...(Object.keys(query).length > 0 && { query: numbersIn(query) }),
    };
    const options = { ...(Object.keys(params).length > 0 && { params }), ...(exchange.body !== undefined && { body: exchange.body }) };
    return [`${call}(${Object.keys(options).length > 0 ? literal(options) : ''})`];
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
