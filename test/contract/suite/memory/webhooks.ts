import { expect, vi } from 'vitest';
import type { Context } from '../context.ts';
import { type MemoryCase, memoryOf } from './memory.ts';

/** The endpoint of the contract's example. */
const endpoint = 'sandbox';

interface Listed {
  id: number;
  state: string;
  attempted_at: number;
}

const sendTest = async ({ call }: Context) => (await call('sendTestEvent', { body: { endpoint } })).body;
const list = async ({ call }: Context, query: Record<string, string> = {}) => (await call('listDeliveries', { query })).body;

/** Milliseconds. `expect.poll` does not wait here: the tests of mutations run several cases in one test. */
const patience = { timeout: 10_000, interval: 200 };

/** The delivery of an event, once it was tried. */
const settled = (context: Context, id: number): Promise<Listed> =>
  vi.waitFor(async () => {
    const found = (await list(context, { endpoint, limit: '100' })).objects.find((each: Listed) => each.id === id);
    expect(found?.attempts).toBeGreaterThan(0);
    return found;
  }, patience);

export const webhookMemory: MemoryCase[] = [
  ...memoryOf(
    ['sendTestEvent', 'listDeliveries'],
    [
      {
        title: 'sends a test, and shows its delivery',
        says: [
          "It sends a `webhook.test`, signed like every event; `listDeliveries` has the outcome under the answer's `delivery_id`.",
          'The event is about to be sent.',
          'The latest come first.',
          "Names an endpoint within its app, as the app's configuration does.",
          "The event's id, which the header `webhook-id` carries.",
          'Names the delivery of one event to one endpoint.',
          'A later event of a user has a larger one.',
          'The user whom the event is about; null for a test.',
          'When the event happened.',
          'How often it was tried, since the last replay.',
          'When it was tried last, in seconds since 1970-01-01T00:00:00Z; null before the first attempt.',
          'The status that the endpoint answered last; null if it has never answered.',
          'Why the last attempt failed, for people; null if it did not.',
        ],
        async run(context) {
          const [first, second] = [await sendTest(context), await sendTest(context)];
          expect(second.delivery_id).toBeGreaterThan(first.delivery_id);
          const common = { endpoint, type: 'webhook.test', user_id: null, attempts: 1, http_status: 204, problem: null };
          for (const { delivery_id: id, event_id } of [first, second]) {
            expect(await settled(context, id)).toMatchObject({ ...common, id, event_id, state: 'delivered' });
          }
          const ids = (await list(context)).objects.map(({ id }: Listed) => id);
          expect(ids).toEqual(ids.toSorted((a: number, b: number) => b - a));
        },
      },
      {
        title: 'lists what fits every filter, page by page',
        says: [
          'Only deliveries to the endpoint of this name.',
          'Only deliveries in this state.',
          'Only events of this type.',
          'Only events about this user.',
          'Only events that happened then or later.',
          'Only events that happened before then.',
          'The `next` of the previous page, which this page continues.',
          'The `after` of the next page; null on the last.',
          '`pending` until the endpoint has received the event, `delivered` then, or `parked` once it was given up: after three days, or after a 410.',
        ],
        async run(context) {
          const sent = [await sendTest(context), await sendTest(context)].map(({ delivery_id }) => delivery_id);
          for (const id of sent) await settled(context, id);
          const idsOf = async (query: Record<string, string>) =>
            (await list(context, { limit: '100', ...query })).objects.map(({ id }: Listed) => id);
          expect(await idsOf({ endpoint, state: 'delivered', type: 'webhook.test' })).toEqual(expect.arrayContaining(sent));
          expect(await idsOf({ endpoint: `no-${endpoint}` })).toEqual([]);
          expect(await idsOf({ user_id: '1' })).toEqual([]);
          const [newest] = (await list(context)).objects;
          expect(await idsOf({ since: String(newest.created_at + 3600) })).toEqual([]);
          expect(await idsOf({ until: '1' })).toEqual([]);
          const first = await list(context, { limit: '1' });
          expect(first.next).toBe(first.objects[0].id);
          const rest = await idsOf({ after: String(first.next) });
          expect(rest.every((id: number) => id < first.next)).toBe(true);
        },
      },
    ],
  ),
  ...memoryOf(
    ['replayDeliveries'],
    [
      {
        title: 'sends an event again with its old id',
        says: [
          'It sends the events of all deliveries that fit every given field, the oldest first, with their old ids and a new signature.',
          'If there are more, `next` is not null: send the same request with it as `after`.',
          'The events are sent again.',
          'The number of deliveries that were repeated.',
          'At least one field is needed.',
          'These deliveries.',
          'Those in this state.',
          'Both if absent.',
          'Those of events that happened then or later.',
          'Those of events that happened before then.',
          'The `next` of the answer before.',
          'The `after` of the next request; null if there are no more.',
        ],
        async run(context) {
          const { delivery_id, event_id } = await sendTest(context);
          const first = await settled(context, delivery_id);
          const replay = async (more: object) =>
            (await context.call('replayDeliveries', { body: { delivery_ids: [delivery_id], ...more } })).body;
          const none = { replayed: 0, next: null };
          for (const more of [{ state: 'parked' }, { until: 1 }, { endpoint: `no-${endpoint}` }, { after: delivery_id }]) {
            expect(await replay(more)).toEqual(none);
          }
          expect(await replay({ endpoint, state: 'delivered', since: 1 })).toEqual({ replayed: 1, next: null });
          await vi.waitFor(async () => {
            const { attempted_at } = await settled(context, delivery_id);
            // Times are whole seconds, so one in the same second is sent again.
            if (attempted_at === first.attempted_at) await replay({ state: 'delivered' });
            expect(attempted_at).toBeGreaterThan(first.attempted_at);
          }, patience);
          expect(await settled(context, delivery_id)).toMatchObject({ event_id, attempts: 1, state: 'delivered' });
        },
      },
    ],
  ),
];
