import { operationTable } from '../../../generated/client/operations.ts';
import type { ServerCall } from '../host/recording.ts';
import { serverRoot } from '../server.ts';

/** An operation of the contract, as a request called it. */
export interface Called {
  operationId: string;
  /** The operation's method; hosts that send only GET and POST name it in a header. */
  method: string;
  /** With its parameters in braces. */
  template: string;
  /** As called, with the query. */
  path: string;
  parameters: Record<string, string>;
}

const table = Object.entries(operationTable).map(([operationId, { method, path }]) => ({
  operationId,
  method,
  template: path,
  names: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
  pattern: new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`),
}));

/** The operation that a request called; undefined if the contract for clients has none. */
export function calledBy({ method: sent, url, headers }: ServerCall): Called | undefined {
  const whole = url.slice(serverRoot.length);
  const path = whole.replace(/\?.*/, '');
  const method = headers['X-Hydrogen-Request-Method'] ?? sent;
  for (const { names, pattern, ...operation } of table) {
    const values = operation.method === method ? pattern.exec(path) : null;
    if (!values) continue;
    return { ...operation, path: whole, parameters: Object.fromEntries(names.map((name, index) => [name, values[index + 1] ?? ''])) };
  }
  return undefined;
}
