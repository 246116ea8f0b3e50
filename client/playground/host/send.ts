import type { Exchange, ServerCall } from './recording.ts';

/** A request of an app to the server. */
interface Sent {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** The text or form to send. */
  body?: string | FormData | undefined;
}

/**
 * Sends a request to the server, and records it with its answer.
 *
 * @throws TypeError if no answer arrives
 */
export async function sendRecorded(record: (exchange: Exchange) => void, { method, url, headers, body }: Sent): Promise<Response> {
  const begun = performance.now();
  const call: ServerCall = {
    kind: 'request',
    method,
    url,
    headers,
    body: typeof body === 'string' ? parsed(body) : undefined,
    isUpload: body instanceof FormData,
    status: undefined,
    answer: undefined,
    requestId: undefined,
    milliseconds: 0,
    upstream: [],
  };
  record(call);
  const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
  const text = await response.clone().text();
  Object.assign(call, {
    status: response.status,
    answer: parsed(text),
    requestId: response.headers.get('X-Request-Id') ?? undefined,
    milliseconds: Math.round(performance.now() - begun),
  });
  return response;
}

/** Parses JSON, or returns the text. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
