import { createCipheriv, createHash, randomBytes, randomInt } from 'node:crypto';
import type { PushedChange, SandboxPush } from './push.ts';

/** The sandbox app's settings of WeChat's message push. */
export const pushSettings = { push_token: 'sandboxPushToken', push_aes_key: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG' };

/** The sandbox's third-party platform, to which its app is authorised. */
export const sandboxComponent = {
  app_id: 'sandbox-component',
  app_secret: 'sandbox-secret-of-component',
  push_token: 'sandboxComponentToken',
  push_aes_key: 'ABCDEFGabcdefghijklmnopqrstuvwxyz0123456789',
  authorizer_refresh_token: 'refreshtoken@@@of-the-sandbox-app',
};

const events = {
  revoke: 'user_authorization_revoke',
  modify: 'user_info_modified',
  cancel: 'user_authorization_cancellation',
  picture: 'wxa_media_check',
};
/** `RevokeInfo` of each kind of data. */
const revokeInfo = { profile: '6', phone: '8', nickname: '19', avatar: '20' };

export const sha1 = (...parts: string[]) => createHash('sha1').update(parts.sort().join('')).digest('hex');

/** WeChat's pushes of a changed authorisation (docs/platforms.md, 1.6) and of a verdict on a picture (1.7). */
export const wechatPush: SandboxPush = (change) => {
  const { appId, event, time, encrypted, format, tampered, component } = change;
  const via = component ? sandboxComponent : undefined;
  const app = tampered === 'wrong_appid' ? 'another-app' : appId;
  const message = {
    ToUserName: 'gh_sandbox',
    FromUserName: 'oSandboxOfWechat',
    CreateTime: time,
    MsgType: 'event',
    Event: events[event],
    ...(event === 'picture' ? verdictOn(change, app) : authorisationOf(change, app)),
  };
  const write = format === 'xml' ? toXml : JSON.stringify;
  const [timestamp, nonce] = [String(time), String(randomInt(1_000_000_000))];
  const { push_token, push_aes_key } = via ?? pushSettings;
  const signature = tampered === 'bad_signature' ? '0'.repeat(40) : sha1(push_token, timestamp, nonce);
  if (!encrypted) return { query: { signature, timestamp, nonce }, headers: { 'Content-Type': `text/${format}` }, body: write(message) };
  const Encrypt = encrypt(write(message), push_aes_key, via?.app_id ?? appId);
  const msg_signature = tampered === 'bad_signature' ? '0'.repeat(40) : sha1(push_token, timestamp, nonce, Encrypt);
  return {
    query: { signature, timestamp, nonce, openid: message.FromUserName, encrypt_type: 'aes', msg_signature },
    headers: { 'Content-Type': `text/${format}` },
    body: write({ ToUserName: message.ToUserName, Encrypt }),
  };
};

const authorisationOf = ({ openid, event, data }: PushedChange, app: string) => ({
  OpenID: openid,
  AppID: app,
  ...(event === 'revoke' && { RevokeInfo: revokeInfo[data] }),
});

/** Numbers of what was found: nothing, and something vulgar. */
const labels = { pass: 100, review: 20006, risky: 20006 };

function verdictOn({ checkId = 'no-check', verdict }: PushedChange, app: string) {
  const check = { appid: app, trace_id: checkId, version: 2 };
  if (verdict === 'failed') return { ...check, errcode: -1008, errmsg: 'download fail' };
  const result = { suggest: verdict, label: labels[verdict] };
  return { ...check, detail: { strategy: 'content_model', errcode: 0, ...result, prob: 90 }, errcode: 0, errmsg: 'ok', result };
}

export const toXml = (message: object) => `<xml>${elementsOf(message)}</xml>`;

const elementsOf = (fields: object): string =>
  Object.entries(fields)
    .map(([name, value]) => `<${name}>${contentOf(value)}</${name}>`)
    .join('');

const contentOf = (value: unknown) =>
  typeof value === 'object' && value !== null ? elementsOf(value) : typeof value === 'number' ? value : `<![CDATA[${value}]]>`;

export function encrypt(message: string, aesKey: string, appId: string): string {
  const key = Buffer.from(aesKey, 'base64');
  const content = Buffer.from(message);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  const frame = Buffer.concat([randomBytes(16), length, content, Buffer.from(appId)]);
  const padding = 32 - (frame.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(frame), cipher.update(Buffer.alloc(padding, padding)), cipher.final()]).toString('base64');
}
