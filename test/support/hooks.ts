import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { onTestFinished } from 'vitest';
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
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  hook.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/decide`;
  return hook;
}

/** `hooks` of an app, with both hooks at one address. */
export const hooksAt = (url: string, more: object = {}) => {
  const hook = { url, secret: webhookSecret, allow_private: true, ...more };
  return { before_sms: hook, before_register: hook };
};
