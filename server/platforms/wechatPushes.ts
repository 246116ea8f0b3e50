import { createDecipheriv } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import * as z from 'zod';
import { invalidField } from '../errors.ts';
import { looseNumber } from '../upstream/reply.ts';
import { verdictOf } from './contentVerdict.ts';
import {
  checkPushSignature,
  type Push,
  type PushedEvent,
  type PushReceiver,
  type PushRequest,
  refusePush,
  type Withdrawable,
} from './push.ts';

/** Settings of the app's message push, as WeChat's console has them. */
export interface WechatPushSettings {
  app_id: string;
  push_token: string;
  /** The EncodingAESKey; undefined if messages come in plain text. */
  push_aes_key?: string | undefined;
  /** The app whose id ends an encrypted message: the third-party platform's if the app is authorised to one, the app's own if absent. */
  sealed_for?: string;
}

/** Seconds. WeChat repeats an unanswered push twice, five seconds apart. */
export const wechatMaxAge = 600;
/** Blocks of WeChat's padding, in bytes. */
const blockLength = 32;

const text = z.union([z.string(), z.number().transform(String)]);
const message = z.object({
  /** Absent from messages that people send to the app. */
  Event: z.string().max(64).default(''),
  CreateTime: looseNumber,
  FromUserName: text.optional(),
  OpenID: text.optional(),
  AppID: text.optional(),
  RevokeInfo: text.optional(),
  /** The fields of a verdict on a picture, in the spelling that this event alone has. */
  appid: text.optional(),
  trace_id: text.optional(),
  errcode: looseNumber.default(0).catch(-1),
  result: z.object({ suggest: text }).optional().catch(undefined),
});
type Message = z.infer<typeof message>;

/** The data that we may hold, by `RevokeInfo` (docs/platforms.md, 1.6). */
const withdrawn: Readonly<Record<string, readonly Withdrawable[]>> = {
  '6': ['profile'],
  '8': ['phone'],
  '19': ['nickname'],
  '20': ['avatar'],
};

/**
 * WeChat's message push (docs/platforms.md, 1.6). With an AES key only encrypted messages are accepted: the signature of a plain one
 * does not cover its content.
 */
export function wechatPushes({ app_id, push_token, push_aes_key, sealed_for = app_id }: WechatPushSettings): PushReceiver {
  return {
    maxAge: wechatMaxAge,
    confirm(query) {
      check(push_token, query, 'signature');
      return query.get('echostr') ?? '';
    },
    open(request) {
      if (push_aes_key !== undefined) {
        const { fields, sentAt } = openSealed(request, { push_token, push_aes_key, sealed_for });
        return { ...toPush(fields, app_id), sentAt };
      }
      const { query, body } = request;
      check(push_token, query, 'signature');
      const ticket = `${query.get('timestamp')} ${query.get('nonce')}`;
      return { ...toPush(fieldsOf(body), app_id), sentAt: Number(query.get('timestamp')), ticket };
    },
  };
}

/** Opens an encrypted push. @throws signature_invalid, request_invalid */
export function openSealed(
  { query, body }: PushRequest,
  { push_token, push_aes_key, sealed_for }: { push_token: string; push_aes_key: string; sealed_for: string },
): { fields: Fields; sentAt: number } {
  const { Encrypt } = fieldsOf(body);
  if (typeof Encrypt !== 'string') throw refusePush('not encrypted');
  check(push_token, query, 'msg_signature', Encrypt);
  return { fields: fieldsOf(decrypt(Encrypt, push_aes_key, sealed_for)), sentAt: Number(query.get('timestamp')) };
}

function check(push_token: string, query: URLSearchParams, name: string, ...more: string[]): void {
  const parts = [push_token, query.get('timestamp') ?? '', query.get('nonce') ?? '', ...more].sort();
  checkPushSignature('sha1', parts, query.get(name) ?? undefined);
}

type Fields = Record<string, unknown>;

const parser = new XMLParser({ processEntities: false, parseTagValue: false, ignoreAttributes: true, ignoreDeclaration: true });

/** The fields of a message in XML or JSON, with the names trimmed: WeChat's JSON example has spaces in them. */
function fieldsOf(body: Buffer): Fields {
  const content = body.toString('utf8').trim();
  const fields = content.startsWith('<') ? readXml(content) : readJson(content);
  if (typeof fields !== 'object' || fields === null) throw invalidField('/body', 'is neither XML nor JSON of a message');
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name.trim(), value]));
}

/** A message has neither a document type nor entities, which could expand without end. */
function readXml(content: string): unknown {
  if (/<!(DOCTYPE|ENTITY)/i.test(content)) throw invalidField('/body', 'must not have a document type');
  try {
    return parser.parse(content).xml;
  } catch {
    return undefined;
  }
}

function readJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

/** Opens AES-256-CBC: 16 random bytes, the length, the message and the app's id, padded to blocks of 32 bytes. */
function decrypt(encrypted: string, aesKey: string, appId: string): Buffer {
  const key = Buffer.from(aesKey, 'base64');
  const sealed = Buffer.from(encrypted, 'base64');
  if (sealed.length === 0 || sealed.length % blockLength !== 0) throw refusePush('not whole blocks');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const padded = Buffer.concat([decipher.update(sealed), decipher.final()]);
  const padding = padded.at(-1) ?? 0;
  if (padding < 1 || padding > blockLength) throw refusePush('wrong padding');
  const frame = padded.subarray(0, -padding);
  const length = frame.length < 20 ? Number.NaN : frame.readUInt32BE(16);
  if (!(20 + length <= frame.length)) throw refusePush('wrong length');
  if (frame.subarray(20 + length).toString('utf8') !== appId) throw refusePush('message of another app');
  return frame.subarray(20, 20 + length);
}

function toPush(fields: Fields, appId: string): Omit<Push, 'sentAt'> {
  const { success, data } = message.safeParse(fields);
  if (!success) throw invalidField('/body', 'is not an event');
  const app = data.AppID ?? data.appid;
  if (app !== undefined && app !== appId) throw refusePush('event of another app');
  const { Event, CreateTime, FromUserName = '', OpenID = '', RevokeInfo = '', trace_id = '' } = data;
  return {
    event: toEvent(data),
    id: [Event, CreateTime, FromUserName, OpenID, RevokeInfo, trace_id].join(' '),
    answer: { type: 'text', body: 'success' },
  };
}

/** A change of an authorisation without an openid, which `user_info_modified` may lack, concerns no known user. */
function toEvent({ Event, OpenID: openid = '', RevokeInfo = '', trace_id: checkId, errcode, result }: Message): PushedEvent {
  if (Event === 'wxa_media_check' && checkId !== undefined) {
    return { kind: 'picture_checked', checkId, verdict: errcode === 0 && result ? verdictOf(result.suggest) : 'failed' };
  }
  if (openid === '') return { kind: 'other' };
  switch (Event) {
    case 'user_authorization_revoke':
      return { kind: 'withdrawn', openid, data: RevokeInfo.split(/\D+/).flatMap((code) => withdrawn[code] ?? []) };
    case 'user_info_modified':
      return { kind: 'withdrawn', openid, data: ['nickname', 'avatar'] };
    case 'user_authorization_cancellation':
      return { kind: 'account_closed', openid };
    default:
      return { kind: 'other' };
  }
}
