import type { Client } from 'openapi-fetch';
import type { paths } from '../../generated/types.ts';
import { clientError, HError, isObject, serverError } from './errors.ts';
import type { Host, HostReply, HostRequest } from './host.ts';
import { toldBy } from './hostFailure.ts';

/** The contract's operations as calls. */
export type Api = Pick<Client<paths>, 'GET' | 'POST' | 'PUT'>;
/** What a call of the API resolves with. */
export type Sent<Data> = { data: Data; error?: never; response: Answered } | { data?: never; error: unknown; response: Answered };
type Answered = Pick<Response, 'status'>;
/** Sends one request of the API. */
export type Send = (request: Pick<HostRequest, 'method' | 'data'> & { path: string }) => Promise<HostReply>;

interface CallOptions {
  params?: { path?: Record<string, unknown> };
  body?: unknown;
}

/** The API over a way to send requests: openapi-fetch's types, without what that needs of a web runtime. */
export function createApi(send: Send): Api {
  const by =
    (method: string) =>
    async (template: string, { params: { path = {} } = {}, body }: CallOptions = {}): Promise<Sent<unknown>> => {
      const url = template.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(path[name])));
      const { statusCode: status, data } = await send({ method, path: url, data: body });
      if (status < 200 || status > 299) return { error: data, response: { status } };
      if (!isObject(data)) throw clientError(601, 'something other than the server answered');
      return { data, response: { status } };
    };
  // What ties a path to its types is the contract; TypeScript does not follow it through a table.
  return { GET: by('GET'), POST: by('POST'), PUT: by('PUT') } as unknown as Api;
}

/** @throws the server's error */
export async function answer<Data>(call: Promise<Sent<Data>>): Promise<{ statusCode: number; data: Data }> {
  const { data, error, response } = await call;
  if (data === undefined) throw serverError(response.status, error);
  return { statusCode: response.status, data };
}

/** Reads the HTTP status out of a failure's `errMsg`, on hosts that give it nowhere else. */
interface StatusReader {
  statusIn?(errMsg: string): number;
}

/**
 * Sends a request through the host.
 *
 * Some hosts fail although there was an answer: then its status is in what they tell (docs/protocol.md, What the client keeps).
 *
 * @throws 600 offline, 601 no answer
 */
export async function sendThrough(host: Host, request: HostRequest, { statusIn }: StatusReader): Promise<HostReply> {
  const { statusCode, data } = await host.request(request).catch(async (failure: unknown): Promise<HostReply> => {
    if (failure instanceof HError) throw failure;
    const { statusCode, ...told } = toldBy(failure);
    const status = statusCode || statusIn?.(told.errMsg ?? '');
    if (!status) throw clientError((await host.isOffline()) ? 600 : 601, undefined, told);
    return { statusCode: status, data: { error_msg: told.errMsg } };
  });
  if (!Number(statusCode)) throw clientError(601, 'the host gave no status');
  return { statusCode: Number(statusCode), data };
}
