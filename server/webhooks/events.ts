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

/** The id of an imported user in the system that it comes from. */
export interface EarlierId {
  legacy_id: string;
  legacy_source: string;
}

/** The earlier id in a user's row; undefined if the user was not imported. */
export const earlierIdOf = ({ legacy_id, legacy_source }: { [Name in keyof EarlierId]: string | null }): EarlierId | undefined =>
  legacy_id === null || legacy_source === null ? undefined : { legacy_id, legacy_source };

/**
 * @param at unix seconds
 * @param earlierId of the user whom the event is about
 */
export const toMessage = ({ type, data }: WebhookEvent, at: number, earlierId?: EarlierId): EventMessage => ({
  eventId: `evt_${randomBytes(16).toString('base64url')}`,
  type,
  userId: 'user_id' in data ? data.user_id : 0,
  body: JSON.stringify({ type, timestamp: toIso(at), data: { ...data, ...earlierId } }),
});
