import type { TestServer } from './server.ts';

/** A request of the published SDK. */
export interface PublishedRequest {
  /** Under `/hserve/`. */
  path: string;
  data: object;
  method?: 'POST' | 'PUT';
  token?: string | undefined;
}

/**
 * Sends a request as the published SDK does on a host that npm has no build for.
 *
 * @param host its name in `X-Hydrogen-Client-Platform`
 */
export async function sendPublished({ origin }: TestServer, host: string, { path, data, method = 'POST', token }: PublishedRequest) {
  const response = await fetch(`${origin}/hserve/${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'X-Hydrogen-Client-ID': 'sandbox',
      'X-Hydrogen-Client-Version': '3.23.6',
      'X-Hydrogen-Client-Platform': host,
      'X-Hydrogen-Client-SDK-Type': 'file',
      ...(token && { Authorization: `Hydrogen-r1 ${token}` }),
      ...(method === 'PUT' && { 'X-Hydrogen-Request-Method': method }),
    },
    body: JSON.stringify(data),
  });
  // biome-ignore lint/suspicious/noExplicitAny: the published SDK has no types
  return { status: response.status, data: (await response.json()) as any };
}
