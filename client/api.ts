import createFetchClient, { type Client, type ClientOptions, type FetchOptions, type FetchResponse } from 'openapi-fetch';
import { aliasTable, type OperationId, operationTable } from '../generated/operations.ts';
import type { components, operations, paths } from '../generated/types.ts';

export type { OperationId } from '../generated/operations.ts';
export type { components, operations, paths } from '../generated/types.ts';
/** The contract's schemas by name. */
export type Schemas = components['schemas'];

/** How to reach a server; whatever else `fetch` and openapi-fetch's `createClient` take may stand beside these. */
export interface ApiOptions extends ClientOptions {
  /** The server's address, e.g. `https://login.example.com`. */
  baseUrl: string;
  /** Which app this is. */
  clientId: string;
  /** A non-production environment of the app. */
  environment?: string;
  /** The session's token, asked before every request; undefined without a session. */
  token?: () => string | undefined;
}

type Options<Op extends OperationId> = FetchOptions<operations[Op]>;
/** What an operation resolves with: `data` of a success or `error` of a failure, and the `response`. It rejects only where there is no answer. */
export type Answer<Op extends OperationId> = FetchResponse<operations[Op], Options<Op>, 'application/json'>;
/** Every operation by its id. */
export type Operations = {
  [Op in OperationId]: (...options: Record<never, never> extends Options<Op> ? [Options<Op>?] : [Options<Op>]) => Promise<Answer<Op>>;
};
/** The contract's operations by method and path (`GET`, `POST`, `PUT`) and by operationId (`operations`). */
export type ApiClient = Client<paths, 'application/json'> & { operations: Operations };

/** A typed client of the whole contract, over `fetch`: for Node, browsers and every other runtime that has it. */
export function createClient({ clientId, environment, token = () => undefined, ...options }: ApiOptions): ApiClient {
  const client = createFetchClient<paths, 'application/json'>(options);
  client.use({
    onRequest({ request: { headers } }) {
      headers.set('X-Hydrogen-Client-ID', clientId);
      if (environment !== undefined) headers.set('X-Hydrogen-Env-ID', environment);
      const session = token();
      if (session !== undefined) headers.set('Authorization', `Hydrogen-r1 ${session}`);
    },
  });
  // What ties an id to its method, path and types is the generated table; TypeScript does not follow it through a loop.
  const request = client.request as (method: string, path: string, options?: object) => Promise<unknown>;
  const table = { ...operationTable, ...aliasTable };
  const calls = Object.entries(table).map(([id, { method, path }]) => [id, (options?: object) => request(method, path, options)]);
  return { ...client, operations: Object.fromEntries(calls) };
}
