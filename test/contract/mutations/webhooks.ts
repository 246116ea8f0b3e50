import type { Mutation } from './mutant.ts';
import { answersOf, everyExchange } from './tell.ts';

export const webhookMutations: Mutation[] = [
  answersOf('sendTestEvent', 201, 'sends two tests as one', ({ body }, { memory }) => {
    body.delivery_id = memory.get('first') ?? body.delivery_id;
    memory.set('first', body.delivery_id);
  }),
  everyExchange(['replayDeliveries'], 'counts the deliveries and sends none again', async ({ id, body, forward }) => {
    if (id !== 'replayDeliveries' || body?.state !== 'delivered') return forward();
    const answer = await forward({ body: { ...body, until: 1 } });
    if (answer.status === 200) answer.body.replayed = body.delivery_ids.length;
    return answer;
  }),
];
