import { randomBytes } from 'node:crypto';
import type { EventBodies, EventType } from '../../generated/webhooks.ts';
import { toIso } from '../process/time.ts';

/** An event, as the contract's webhooks describe it. */
export type WebhookEvent = { [Type in EventType]: Pick<EventBodies[Type], 'type' | 'data'> }[EventType];

/** An event of one type. */
export type EventOf<Type extends EventType> = Extract<WebhookEvent, { type: Type }>;

/** An event as it is stored and sent. */
export interface EventMessage {
  eventId: string;
  type: EventType;
  /** Zero if it is about no user. */
  userId: number;
  /** JSON. */
  body: string;
}

/** @param at unix seconds */
export const toMessage = ({ type, data }: WebhookEvent, at: number): EventMessage => ({
  eventId: `evt_${randomBytes(16).toString('base64url')}`,
  type,
  userId: 'user_id' in data ? data.user_id : 0,
  body: JSON.stringify({ type, timestamp: toIso(at), data }),
});
