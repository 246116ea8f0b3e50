import type { Client } from 'openapi-fetch';
import type { components, paths } from '../../generated/client/types.ts';
import { clientError, HError, isObject, serverError } from './errors.ts';
import type { Host, HostReply, HostRequest } from './host.ts';
import { failureDetail } from './hostFailure.ts';

/** The contract's operations as calls. */
export interface Api extends Pick<Client<paths>, 'GET' | 'POST' | 'PUT' | 'DELETE'> {
  /** Sends a file of the host as a form. */
  upload(path: string, file: string): Promise<Sent<components['schemas']['CurrentUser']>>;
}
/** Result of a call of the API. */
export type Sent<Data> = { data: Data; error?: never; response: Answered } | { data?: never; error: unknown; response: Answered };
type Answered = Pick<Response, 'status'>;
/** Sends a request of the API. */
export type Send = (request: Pick<HostRequest, 'method' | 'data'> & { path: string; file?: string | undefined }) => Promise<HostReply>;

interface CallOptions {
  params?: { path?: Record<string, unknown> };
  body?: unknown;
  file?: string;
}

/** Builds the API on a sender: openapi-fetch's types without its dependency on a web runtime. */
export function createApi(send: Send): Api {
  const by =
    (method: string) =>
    async (template: string, { params: { path = {} } = {}, body, file }: CallOptions = {}): Promise<Sent<unknown>> => {
      const url = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(path[name])));
      const { statusCode: status, data } = await send({ method, path: url, data: body, file });
      if (status < 200 || status > 299) return { error: data, response: { status } };
      if (!isObject(data)) throw clientError(601, 'the answer is not from the server: it is not a JSON object');
      return { data, response: { status } };
    };
  // The contract ties each path to its types; TypeScript cannot follow that through a table.
  return {
    GET: by('GET'),
    POST: by('POST'),
    PUT: by('PUT'),
    DELETE: by('DELETE'),
    upload: (path: string, file: string) => by('POST')(path, { file }),
  } as unknown as Api;
}

/** @throws the server's error */
export async function answer<Data>(call: Promise<Sent<Data>>): Promise<{ statusCode: number; data: Data }> {
  const { data, error, response } = await call;
  if (data === undefined) throw serverError(response.status, error);
  return { statusCode: response.status, data };
}

/** Reads the HTTP status from a failure's `errMsg`, for hosts that report it nowhere else. */
interface StatusReader {
  statusIn?(errMsg: string): number;
}

/**
 * Makes a request of the host.
 *
 * Some hosts fail although a response arrived, and report its status in the failure (docs/protocol.md, What the client keeps).
 *
 * @throws 600 offline, 601 no answer
 */
export async function sendThrough(host: Host, request: () => Promise<Partial<HostReply>>, { statusIn }: StatusReader): Promise<HostReply> {
  const { statusCode, data } = await request().catch(async (failure: unknown): Promise<HostReply> => {
    if (failure instanceof HError) throw failure;
    const { statusCode, ...detail } = failureDetail(failure);
    const status = statusCode || statusIn?.(detail.errMsg ?? '');
    if (!status) throw clientError((await host.isOffline()) ? 600 : 601, undefined, detail);
    return { statusCode: status, data: { error_msg: detail.errMsg } };
  });
  if (!Number(statusCode)) throw clientError(601, 'the host reported no status');
  return { statusCode: Number(statusCode), data };
}
