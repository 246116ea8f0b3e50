import { readFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import express, { type Router } from 'express';
import * as z from 'zod';
import { type EventType, webhookEvents } from '../../generated/webhooks.ts';
import { invalidFields } from '../../server/errors.ts';
import { bundleFile } from '../../server/http/contract.ts';
import { createEndpoints } from '../../server/webhooks/endpoints.ts';
import { toMessage, type WebhookEvent } from '../../server/webhooks/events.ts';
import { createSend } from '../../server/webhooks/send.ts';
import { webhookSettings } from '../../server/webhooks/settings.ts';

/** Milliseconds for a receiver to answer, as the server's. */
const timeout = 10_000;

const types = Object.keys(webhookEvents) as EventType[];
const wanted = z.strictObject({
  type: z.enum(types),
  url: webhookSettings.shape.url,
  secret: webhookSettings.shape.secrets.element,
});

/**
 * Sends the contract's example of an event to a receiver, signed as the server signs it: `POST /webhooks` with `type`, `url` and `secret`.
 * Answers the receiver's status, or why the event was not received.
 */
export function mockWebhooks(): Router {
  const send = createSend(timeout);
  return express.Router().post('/webhooks', express.json(), async ({ body }, response) => {
    const { data: request, error } = wanted.safeParse(body ?? {});
    if (!request) {
      throw invalidFields(error.issues.map(({ path, message }) => ({ path: ['/body', ...path].join('/'), message })));
    }
    const settings = webhookSettings.parse({ url: request.url, secrets: [request.secret], allow_private: true });
    const [endpoint] = createEndpoints([{ pool: 'mock', webhooks: [settings] }]).all;
    if (!endpoint) throw new Error('no endpoint was made of the request');
    const message = toMessage(exampleOf(request.type), Math.floor(Date.now() / 1000));
    const { status, problem } = await send(endpoint, message);
    response.json({
      webhook_id: message.eventId,
      received: problem === undefined,
      answer: status === undefined ? problem : `${status} ${STATUS_CODES[status] ?? ''}`,
    });
  });
}

interface Bundle {
  webhooks: Record<string, { post: { requestBody: { content: { 'application/json': { examples: Record<string, { $ref: string }> } } } } }>;
  components: { examples: Record<string, { value: WebhookEvent }> };
}

function exampleOf(type: EventType): WebhookEvent {
  const { webhooks, components }: Bundle = JSON.parse(readFileSync(bundleFile, 'utf8'));
  const [reference] = Object.values(webhooks[type]?.post.requestBody.content['application/json'].examples ?? {});
  const example = components.examples[reference?.$ref.split('/').at(-1) ?? ''];
  if (!example) throw new Error(`${type} has no example in the contract`);
  return example.value;
}
