import createClient, { type Client } from 'openapi-fetch';
import type { paths } from '../../generated/types.ts';
import type { HostFailure } from './callbackHost.ts';
import { clientError, type HError, isObject, serverError } from './errors.ts';
import type { Host, HostReply, HostRequest } from './host.ts';
import type { Platform } from './platform.ts';
import { Request as RequestStandIn } from './webStandIns.ts';

/** The contract's operations as calls. */
export type Api = Client<paths>;
/** What a call of the API resolves with. */
export type Sent<Data> = { data: Data; error?: never; response: Response } | { data?: never; error: unknown; response: Response };
/** Sends one request of the API. */
export type Send = (request: Pick<HostRequest, 'method' | 'data'> & { path: string }) => Promise<HostReply>;

/** Milliseconds after which a host that has not called back counts as one that never will. */
const patience = 60_000;

/** The API over a way to send requests. */
export const createApi = (send: Send): Api =>
  createClient<paths>({
    Request: RequestStandIn as unknown as typeof Request, // openapi-fetch asks for no more of it than the stand-in has
    bodySerializer: (body) => body, // the host makes it JSON
    fetch: async ({ method, url, body }: Request) => {
      const { statusCode, data } = await send({ method, path: url, data: body });
      const ok = statusCode >= 200 && statusCode < 300;
      if (ok && !isObject(data)) throw clientError(601, 'something other than the server answered');
      const text = () => Promise.resolve(typeof data === 'string' ? data : JSON.stringify(data));
      return { ok, status: statusCode, headers: { get: () => null }, text } as unknown as Response; // the parts that openapi-fetch reads
    },
  });

/** @throws the server's error */
export async function answer<Data>(call: Promise<Sent<Data>>): Promise<{ statusCode: number; data: Data }> {
  const { data, error, response } = await call;
  if (data === undefined) throw serverError(response.status, error);
  return { statusCode: response.status, data };
}

/**
 * Sends a request through the host.
 *
 * Some hosts fail although there was an answer: then its status is in what they tell (wire.md, What the client keeps).
 *
 * @throws 600 offline, 601 no answer
 */
export function sendThrough(host: Host, request: HostRequest, { statusIn }: Platform): Promise<HostReply> {
  const reply = host.request(request).catch(async ({ statusCode, errMsg = '' }: HostFailure = {}): Promise<HostReply> => {
    const status = statusCode || statusIn?.(errMsg);
    if (!status) throw await noAnswer(host);
    return { statusCode: status, data: { error_msg: errMsg } };
  });
  return inTime(host, reply);
}

/** Why the host has no answer: 600 offline, otherwise 601. */
export const noAnswer = async (host: Host): Promise<HError> => clientError((await host.isOffline()) ? 600 : 601);

/** Settles as the promise does, or with 601 when that takes too long. */
function inTime<Value>(host: Host, promise: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const callOff = host.after(patience, () => reject(clientError(601)));
    promise.then(resolve, reject).then(callOff);
  });
}
