import type { Request } from 'express';
import type { PushedRequest } from './push.ts';

/** Sends a push to this server, as a platform would, and returns this server's answer with the request. */
export async function sendPush({ socket }: Request, receiver: string, sent: PushedRequest) {
  const { localAddress, localPort } = socket;
  const host = localAddress?.includes(':') ? `[${localAddress}]` : localAddress;
  const { query, headers, body } = sent;
  const url = `http://${host}:${localPort}/v1/pushes/${receiver}?${new URLSearchParams(query)}`;
  const answer = await fetch(url, { method: 'POST', headers, body });
  return { status: answer.status, body: await answer.text(), sent };
}
