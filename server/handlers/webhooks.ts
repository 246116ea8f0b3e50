import type { Handler } from '../operations.ts';
import { listDeliveries as list } from '../webhooks/deliveries.ts';
import { replayDeliveries as replay } from '../webhooks/replay.ts';
import { sendTestEvent as send } from '../webhooks/testEvent.ts';

const listDeliveries: Handler<'listDeliveries'> = async ({ query = {}, tenant }) => {
  const { limit = 20, after, ...filter } = query;
  return { status: 200, body: await list(tenant, filter, { limit, after }) };
};

const replayDeliveries: Handler<'replayDeliveries'> = async ({ body, tenant }) => {
  const { after, ...filter } = body;
  return { status: 200, body: await replay(tenant, filter, after) };
};

const sendTestEvent: Handler<'sendTestEvent'> = async ({ body, tenant }) => ({ status: 201, body: await send(tenant, body.endpoint) });

export const webhookOperations = { listDeliveries, replayDeliveries, sendTestEvent };
