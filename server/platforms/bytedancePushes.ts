import { hash } from 'node:crypto';
import * as z from 'zod';
import { invalidField } from '../errors.ts';
import { checkPushSignature, type PushReceiver, refusePush, type Withdrawable } from './push.ts';
import { readStrictJsonIfPossible } from './strictJson.ts';

/** ByteDance repeats a push three times. Neither its signature nor its fields have a time. */
const maxAge = 86_400;

/** Content comes as JSON, or as JSON in text. */
const content = z
  .union([z.looseObject({}), z.string().transform((text) => contentIn(text))])
  .nullish()
  .transform((fields): Record<string, unknown> => fields ?? {});
const message = z.object({
  event: z.string().max(64),
  client_key: z.string().optional(),
  /** The person's openid. */
  from_user_id: z.string().max(128).optional(),
  content: content.optional(),
});

/** The data that each scope covers. */
const withdrawn: Readonly<Record<string, readonly Withdrawable[]>> = {
  user_info: ['profile'],
  'user.info': ['profile'],
  mobile: ['phone'],
  mobile_alert: ['phone'],
};

/** ByteDance's webhook (docs/platforms.md, 7.5): `X-Douyin-Signature` is the SHA-1 of the app's secret followed by the body. */
export const bytedancePushes = ({ app_id, app_secret }: { app_id: string; app_secret: string }): PushReceiver => ({
  maxAge,
  open({ headers, body, now }) {
    checkPushSignature('sha1', [app_secret, body], String(headers['x-douyin-signature']));
    const { success, data: push } = message.safeParse(readStrictJsonIfPossible(body));
    if (!success) throw invalidField('/body', 'is not an event');
    if (push.client_key && push.client_key !== app_id) throw refusePush('event of another app');
    const { event, from_user_id: openid, content = {} } = push;
    const messageId = headers['msg-id'];
    const { challenge } = content;
    const isChallenge = event === 'verify_webhook' && challenge !== undefined;
    return {
      event:
        event === 'unauthorize' && openid
          ? { kind: 'withdrawn', openid, data: dataOf(content.scopes ?? content.scope) }
          : { kind: 'other' },
      // The header is not signed, so that the body must be the same, too.
      id: `${typeof messageId === 'string' ? messageId.slice(0, 256) : ''} ${hash('sha256', body, 'hex')}`,
      sentAt: now,
      answer: { type: 'json', body: JSON.stringify(isChallenge ? { challenge } : { err_no: 0, err_tips: 'success' }) },
    };
  },
});

/** The data of the withdrawn scopes, a list or text with commas. Without scopes, the profile, which every authorisation has. */
function dataOf(scopes: unknown): readonly Withdrawable[] {
  const names = Array.isArray(scopes) ? scopes : typeof scopes === 'string' ? scopes.split(',') : [];
  if (names.length === 0) return ['profile'];
  return names.flatMap((name) => withdrawn[String(name).trim()] ?? []);
}

function contentIn(text: string): Record<string, unknown> {
  const { data } = z.looseObject({}).safeParse(readStrictJsonIfPossible(Buffer.from(text)));
  return data ?? {};
}
