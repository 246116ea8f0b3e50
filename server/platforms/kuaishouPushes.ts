import * as z from 'zod';
import { invalidField } from '../errors.ts';
import { checkPushSignature, type PushReceiver, refusePush, type Withdrawable } from './push.ts';
import { readStrictJsonIfPossible } from './strictJson.ts';

/** Kuaishou repeats a push three times; the signature carries no time, so the event's own counts. */
const maxAge = 86_400;

const message = z.object({
  app_id: z.string(),
  event: z.string().max(64),
  /** Milliseconds. */
  timestamp: z.number(),
  message_id: z.string().min(1).max(256),
  data: z.object({ open_id: z.string().optional(), scope: z.array(z.string()).optional() }).optional(),
});

/** The data that each scope covers. */
const withdrawn: Readonly<Record<string, readonly Withdrawable[]>> = { user_info: ['profile'], user_phone: ['phone'] };

/** Kuaishou's webhook (docs/platforms.md, 4.4): `kwaisign` is the MD5 of the body followed by the app's secret. */
export const kuaishouPushes = ({ app_id, app_secret }: { app_id: string; app_secret: string }): PushReceiver => ({
  maxAge,
  open({ headers, body }) {
    checkPushSignature('md5', [body, app_secret], String(headers.kwaisign));
    const { success, data: push } = message.safeParse(readStrictJsonIfPossible(body));
    if (!success) throw invalidField('/body', 'is not an event');
    if (push.app_id !== app_id) throw refusePush('event of another app');
    const { message_id: id, event, data: { open_id: openid, scope = [] } = {} } = push;
    const data = scope.flatMap((name) => withdrawn[name] ?? []);
    return {
      event: event === 'UN_AUTHORIZE' && openid ? { kind: 'withdrawn', openid, data } : { kind: 'other' },
      id,
      sentAt: Math.floor(push.timestamp / 1000),
      answer: { type: 'json', body: JSON.stringify({ result: 1, message_id: id }) },
    };
  },
});
