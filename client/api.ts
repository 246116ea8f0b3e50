import createFetchClient, { type Client, type ClientOptions, type FetchOptions, type FetchResponse } from 'openapi-fetch';
import { aliasTable, operationTable } from '../generated/client/operations.ts';
import type { components, operations, paths } from '../generated/client/types.ts';

export type { components, operations, paths } from '../generated/client/types.ts';
/** The contract's schemas by name. */
export type Schemas = components['schemas'];
/** The operationIds for clients, including those of older paths. */
export type OperationId = keyof operations;

/** The server's address and the app, with the options of `fetch` and of openapi-fetch's `createClient`. */
export interface ApiOptions extends ClientOptions {
  /** The server's address, e.g. `https://login.example.com`. */
  baseUrl: string;
  /** The app's client id. */
  clientId: string;
  /** A non-production environment of the app. */
  environment?: string;
  /** Returns the session's token, undefined without a session. Called before every request. */
  token?: () => string | undefined;
}

type Options<Op extends OperationId> = FetchOptions<operations[Op]>;
/** Result of an operation: `data` or `error`, and the `response`. Rejects only if no response arrives. */
export type Answer<Op extends OperationId> = FetchResponse<operations[Op], Options<Op>, 'application/json'>;
/** Every operation by its id. */
export type Operations = {
  [Op in OperationId]: (...options: Record<never, never> extends Options<Op> ? [Options<Op>?] : [Options<Op>]) => Promise<Answer<Op>>;
};
/** The contract's operations by method and path (`GET`, `POST`, `PUT`, `DELETE`) and by operationId (`operations`). */
export type ApiClient = Client<paths, 'application/json'> & { operations: Operations };

/**
 * A typed client of the contract's operations for clients (`x-audience`), over `fetch`: for Node, browsers and every other runtime with
 * `fetch`.
 */
export function createClient({ clientId, environment, token = () => undefined, ...options }: ApiOptions): ApiClient {
  const client = createFetchClient<paths, 'application/json'>({ bodySerializer: toBody, ...options });
  client.use({
    onRequest({ request: { headers } }) {
      headers.set('X-Hydrogen-Client-ID', clientId);
      if (environment !== undefined) headers.set('X-Hydrogen-Env-ID', environment);
      const session = token();
      if (session !== undefined) headers.set('Authorization', `Hydrogen-r1 ${session}`);
    },
  });
  // The generated table ties each id to its method, path and types; TypeScript cannot follow that through a loop.
  const request = client.request as (method: string, path: string, options?: object) => Promise<unknown>;
  const table = { ...operationTable, ...aliasTable };
  const calls = Object.entries(table).map(([id, { method, path }]) => [id, (options?: object) => request(method, path, options)]);
  return { ...client, operations: Object.fromEntries(calls) };
}

/** Serialises a body: as a form if it has a file, otherwise as JSON. */
function toBody(body: unknown): FormData | string {
  if (body instanceof FormData) return body;
  const fields: [string, unknown][] = Object.entries(Object(body));
  if (!fields.some(([, value]) => value instanceof Blob)) return JSON.stringify(body);
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value instanceof Blob ? value : String(value));
  return form;
}
