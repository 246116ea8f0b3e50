import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { listening } from './listening.ts';
import { webhookSecret } from './receiver.ts';

/** A question that a hook got. */
export interface Asked {
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of it
  data: any;
  headers: IncomingHttpHeaders;
}

/** Decides a question, or answers in another way. */
export type Decide = (asked: Asked, response: ServerResponse) => object | undefined;

/** A back end that decides until the test is over; it allows everything unless `decide` says otherwise. */
export async function startHook() {
  const webhook = new Webhook(webhookSecret);
  const hook = { asked: [] as Asked[], decide: (() => ({ decision: 'allow' })) as Decide, url: '' };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    webhook.verify(body, request.headers as Record<string, string>);
    const asked = { ...JSON.parse(body), headers: request.headers };
    hook.asked.push(asked);
    const answer = hook.decide(asked, response);
    if (answer) response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
  });
  hook.url = `${await listening(server)}/decide`;
  return hook;
}

/** `hooks` of an app, with both hooks at one address. */
export const hooksAt = (url: string, more: object = {}) => {
  const hook = { url, secret: webhookSecret, allow_private: true, ...more };
  return { before_sms: hook, before_register: hook };
};
