import { type ApiClient, createClient } from '../api.ts';

/** The server that serves this page, perhaps under a prefix. */
export const serverRoot = new URL('..', location.href).href.replace(/\/$/, '');

/** The client id of the sandbox's app. */
export const clientId = 'sandbox';

/** The typed client in a session. */
export const clientWith = (token: string | undefined): ApiClient => createClient({ baseUrl: serverRoot, clientId, token: () => token });

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
