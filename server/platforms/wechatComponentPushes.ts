import * as z from 'zod';
import { invalidField } from '../errors.ts';
import { looseNumber } from '../upstream/reply.ts';
import { type PushReceiver, refusePush } from './push.ts';
import { openSealed, wechatMaxAge } from './wechatPushes.ts';
import type { ComponentSettings } from './wechatSettings.ts';

/** A push about the third-party platform itself; changes of its apps' authorisations need no answer but `success`. */
const notice = z.object({
  InfoType: z.string().min(1).max(64),
  AppId: z.string(),
  CreateTime: looseNumber,
  ComponentVerifyTicket: z.string().min(1).max(512).optional(),
});

/** The pushes of a third-party platform's tickets (docs/platforms.md, 1.11). */
export const wechatComponentPushes = ({ app_id, push_token, push_aes_key }: ComponentSettings): PushReceiver => ({
  maxAge: wechatMaxAge,
  open(request) {
    const { fields, sentAt } = openSealed(request, { push_token, push_aes_key, sealed_for: app_id });
    const { success, data } = notice.safeParse(fields);
    if (!success) throw invalidField('/body', 'is not a notice to a third-party platform; messages of its apps have another address');
    const { InfoType, AppId, CreateTime, ComponentVerifyTicket: ticket } = data;
    if (AppId !== app_id) throw refusePush('notice of another third-party platform');
    const isTicket = InfoType === 'component_verify_ticket';
    if (isTicket && ticket === undefined) throw invalidField('/body', 'has no ComponentVerifyTicket');
    return {
      event: isTicket && ticket !== undefined ? { kind: 'ticket', ticket, issuedAt: CreateTime } : { kind: 'other' },
      id: `${InfoType} ${CreateTime}`,
      sentAt,
      answer: { type: 'text', body: 'success' },
    };
  },
});
