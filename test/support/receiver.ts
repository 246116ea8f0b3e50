import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import type { EventType } from '../../generated/webhooks.ts';
import { contract, misfit } from './contract.ts';
import { listening } from './listening.ts';

/** Secrets of endpoints in tests. */
export const [webhookSecret, otherSecret] = [7, 8].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`) as [string, string];

/** An event that a receiver got. */
export interface Received {
  id: string;
  type: EventType;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of it
  data: any;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Answers an event in another way than by taking it, or not at all. */
export type Misbehaviour = (event: Received, response: ServerResponse, request: IncomingMessage) => 'misbehaved' | undefined;

export interface Receiver {
  url: string;
  /** The events that it answered with a 204. */
  received: Received[];
  /** All requests, in the order in which they came. */
  asked: Received[];
  misbehave(how: Misbehaviour): void;
  /** Faults of requests: none may be unsigned, or differ from the contract. */
  problems: string[];
}

/** A back end that receives webhooks until the test is over. */
export async function startReceiver(secret = webhookSecret): Promise<Receiver> {
  const webhook = new Webhook(secret);
  const receiver: Omit<Receiver, 'url' | 'misbehave'> = { received: [], asked: [], problems: [] };
  let how: Misbehaviour = () => undefined;
  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => '');
    const { headers } = request;
    try {
      webhook.verify(body, headers as Record<string, string>);
    } catch (error) {
      receiver.problems.push(`${error}`);
      return response.writeHead(401).end();
    }
    const { type, data } = JSON.parse(body);
    const problem = misfit(bodySchemaOf(type), JSON.parse(body));
    if (problem !== undefined) receiver.problems.push(`${type}: ${problem}`);
    const event = { id: String(headers['webhook-id']), type, data, headers, body };
    receiver.asked.push(event);
    if (how(event, response, request) === 'misbehaved') return;
    receiver.received.push(event);
    response.writeHead(204).end();
  });
  return {
    ...receiver,
    url: `${await listening(server)}/events`,
    misbehave(next) {
      how = next;
    },
  };
}

/** The schema of an event's body in the contract. */
export const bodySchemaOf = (type: string): object =>
  contract.webhooks[type]?.post.requestBody?.content?.['application/json']?.schema ?? { not: {} };

/** An entry of `webhooks` for a receiver. */
export const endpointFor = ({ url }: Pick<Receiver, 'url'>, more: object = {}) => ({
  name: 'orders',
  url,
  secrets: [webhookSecret],
  allow_private: true,
  ...more,
});
