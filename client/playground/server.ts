import { type ApiClient, createClient } from '../api.ts';
import type { Exchange } from './host/recording.ts';
import { sendRecorded } from './host/send.ts';

/** The server that serves this page, perhaps under a prefix. */
export const serverRoot = new URL('..', location.href).href.replace(/\/$/, '');

/** The client id of the sandbox's app. */
export const clientId = 'sandbox';

/** The typed client in a session. @param record takes its requests, if they are to be shown */
export const clientWith = (token: string | undefined, record?: (exchange: Exchange) => void): ApiClient =>
  createClient({ baseUrl: serverRoot, clientId, token: () => token, ...(record && { fetch: (request) => forward(request, record) }) });

async function forward(request: Request, record: (exchange: Exchange) => void): Promise<Response> {
  const { method, url, headers } = request;
  return sendRecorded(record, { method, url, headers: Object.fromEntries(headers), body: (await request.text()) || undefined });
}

/** Asks the sandbox. @throws Error with the sandbox's message */
export async function askSandbox<T = unknown>(method: 'GET' | 'POST' | 'PUT', path: string, body?: object): Promise<T> {
  const response = await fetch(`${serverRoot}/sandbox/${path}`, {
    method,
    ...(body && { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error_msg ?? `HTTP ${response.status}`);
  return answer;
}
