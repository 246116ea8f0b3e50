/** Hears of users who are gone: `WEBHOOK_SECRET` is one of the receiver's secrets in the login service. */
import express, { type RequestHandler } from 'express';
import { Webhook } from 'standardwebhooks';
import { orders } from './orders.ts';

interface LoginEvent {
  type: string;
  data: { user_id: number; merged_into?: number };
}

const webhook = new Webhook(process.env.WEBHOOK_SECRET ?? '');

/** An event may come twice: what this does can be done twice. */
const receive: RequestHandler = (request, response) => {
  let event: LoginEvent;
  try {
    event = webhook.verify(request.body, request.headers as Record<string, string>) as LoginEvent;
  } catch {
    response.sendStatus(401);
    return;
  }
  const { user_id, merged_into } = event.data;
  const own = orders.filter(({ user }) => user === String(user_id));
  if (event.type === 'user.merged') for (const order of own) order.user = String(merged_into);
  if (event.type === 'user.closed') for (const order of own) orders.splice(orders.indexOf(order), 1);
  response.sendStatus(204);
};

/** The signature is of the bytes, so no other parser may read the body before. */
export const receiveEvents: RequestHandler[] = [express.raw({ type: 'application/json' }), receive];
