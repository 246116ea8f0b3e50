import * as z from 'zod';
import { looseNumber, parseReply } from '../upstream/reply.ts';
import { type ErrorTable, misconfigured } from './errorTable.ts';
import type { Upstream } from './platform.ts';

const outcome = z.object({ errcode: looseNumber.default(0), errmsg: z.unknown().optional() });

const allowList = misconfigured("the allow-list of IP addresses in the platform's console: this server's address is not in it");
const forbidden = misconfigured("the app's rights in the platform's console: it may not make this call, or must be verified for it first");
const restricted = misconfigured('the app itself: the platform has frozen, restricted, transferred or penalised it');
const appSecret = misconfigured('app_secret: it differs from the one at the platform');
const appId = misconfigured('app_id: the platform has no such app');
const confirmation = misconfigured("messages to the app's administrators: one of them must confirm this server's address");
const refusedAddress = misconfigured(
  "this server's address: the app's administrators refused it, and can be asked again in an hour or a day",
);

/**
 * Codes that WeChat's calls share (developers.weixin.qq.com: getStableAccessToken, code2Session, getPhoneNumber, commErrCode). QQ documents
 * -1, 40029 and 45011 of them and uses the same token errors. Each call adds the errors of its parameters.
 */
export const errcodes: ErrorTable = {
  '-1': 'platform_busy',
  '40001': appSecret,
  '40013': appId,
  '40125': appSecret,
  '40164': allowList,
  '40243': misconfigured("app_secret: it is frozen in the platform's console"),
  '41002': appId,
  '41004': appSecret,
  '43002': misconfigured('base_url: the server there changes the method of a request'),
  '43003': misconfigured('base_url: the platform is reached without https'),
  '45009': 'platform_rate_limited',
  '45011': 'platform_rate_limited',
  '45035': allowList,
  '48001': forbidden,
  '48004': restricted,
  '50001': forbidden,
  '50002': restricted,
  '50004': restricted,
  '50007': restricted,
  '61003': misconfigured(
    "the app's authorisation to the third-party platform of component: there is none, or its administrator has withdrawn it",
  ),
  '61004': allowList,
  '61007': forbidden,
  '89501': confirmation,
  '89503': confirmation,
  '89506': refusedAddress,
  '89507': refusedAddress,
};

export const errcodeOf = (json: unknown): number => parseReply(outcome, json).errcode;

/** @throws the error of a reply's `errcode`, unless it is absent or 0 */
export function throwErrcode(json: unknown, upstream: Upstream, table: ErrorTable): void {
  const { errcode, errmsg } = parseReply(outcome, json);
  if (errcode !== 0) throw upstream.refusal(errcode, errmsg, table);
}
