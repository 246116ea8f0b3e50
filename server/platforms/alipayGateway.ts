import { type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import * as z from 'zod';
import { UpstreamError } from '../upstream/errors.ts';
import { parseReply } from '../upstream/reply.ts';
import { type AlipaySettings, keysOf } from './alipaySettings.ts';
import { beijingTime } from './beijingTime.ts';
import { type ErrorTable, misconfigured } from './errorTable.ts';
import type { Upstream } from './platform.ts';
import { rawMembers } from './rawMembers.ts';

const text = z.union([z.string(), z.number()]).transform(String);
const outcome = z.object({ code: text.nullish(), msg: z.unknown().optional(), sub_code: text.nullish(), sub_msg: z.unknown().optional() });
const envelope = z.object({ sign: z.string().nullish(), alipay_cert_sn: z.string().nullish() });

const appId = misconfigured('app_id: Alipay has no such app, or not at this base_url');
const signature = misconfigured("private_key: the signature made with it does not fit the app's public key at Alipay");
const certificate = misconfigured("app_cert and alipay_root_cert: Alipay does not accept them for the app's key");
const rights = misconfigured("the app's products and rights in Alipay's console: it may not make this call");

/** Errors of every call, by `sub_code`, and by `code` for other sub-codes (docs/platforms.md, 6.3). */
export const alipayGatewayErrors: ErrorTable = {
  'isv.invalid-app-id': appId,
  'isv.missing-app-id': appId,
  'isv.invalid-signature': signature,
  'isv.missing-signature-key': misconfigured("the app's public key: none is set in Alipay's console"),
  'isv.invalid-signature-type': signature,
  'isv.invalid-cert-sn': certificate,
  'isv.missing-cert-sn': certificate,
  'isv.app-cert-expired': certificate,
  'isv.invalid-timestamp': misconfigured("this server's clock"),
  'aop.invalid-app-auth-token': rights,
  'isv.insufficient-isv-permissions': rights,
  'isv.insufficient-user-permissions': rights,
  'isv.missing-encrypt-key': misconfigured("the app's key for encryption: none is set in Alipay's console"),
  'isp.unknow-error': 'platform_busy',
  'aop.unknow-error': 'platform_busy',
  'isv.app-call-limited': 'platform_rate_limited',
  'isv.method-call-limited': 'platform_rate_limited',
  '20000': 'platform_busy',
  '40005': 'platform_rate_limited',
  '40006': rights,
};

/**
 * Calls a method of Alipay's gateway (docs/platforms.md, 6.3).
 *
 * @param errors the method's own errors
 * @returns the method's answer, whose signature is right
 * @throws the error of the reply's `sub_code`; UpstreamError
 */
export async function callGateway(
  method: string,
  parameters: Record<string, string>,
  errors: ErrorTable,
  settings: AlipaySettings,
  upstream: Upstream,
): Promise<unknown> {
  const keys = keysOf(settings);
  const common = {
    app_id: settings.app_id,
    method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: beijingTime(upstream.now()),
    version: '1.0',
    ...keys.serials,
  };
  const url = gatewayOf(settings);
  url.search = String(new URLSearchParams({ ...common, sign: await signParameters({ ...common, ...parameters }, keys.own) }));
  const reply = await upstream.requestText(url, { method: 'POST', body: new URLSearchParams(parameters) });
  const { answer, isSuccess, code, msg, sub_code, sub_msg } = readReply(reply, method, settings);
  if (isSuccess) return answer;
  const table = { ...alipayGatewayErrors, ...errors };
  const known = [sub_code, code].find(
    (name) => name != null && (Object.hasOwn(table, name) || Object.hasOwn(settings.error_codes ?? {}, name)),
  );
  const platformCode = known ?? sub_code ?? code ?? 'none';
  throw upstream.refusal(platformCode, [platformCode === sub_code ? [] : (sub_code ?? []), sub_msg ?? msg].flat().join(' '), table);
}

/** The gateway at `base_url`, which may have its path already. */
const gatewayOf = ({ base_url = 'https://openapi.alipay.com' }: AlipaySettings): URL =>
  new URL(`${base_url.replace(/\/+$/, '').replace(/\/gateway\.do$/, '')}/gateway.do`);

/** The text to sign: `name=value` of what is not empty, sorted by name and joined with `&`. */
export const signedText = (parameters: Record<string, string>): string =>
  Object.keys(parameters)
    .filter((name) => parameters[name] !== '')
    .sort()
    .map((name) => `${name}=${parameters[name]}`)
    .join('&');

/** Signs in a thread, because an RSA signature takes a millisecond. */
const signInThread = promisify<string, Buffer, KeyObject, Buffer>(sign);

async function signParameters(parameters: Record<string, string>, key: KeyObject): Promise<string> {
  return (await signInThread('RSA-SHA256', Buffer.from(signedText(parameters)), key)).toString('base64');
}

/** @param signature base64 */
export const isSigned = (text: string, signature: string, key: KeyObject): boolean =>
  verify('RSA-SHA256', Buffer.from(text), key, Buffer.from(signature, 'base64'));

/**
 * Finds the answer in a reply and verifies its signature, which is over the answer's text as it arrived. An error may be unsigned: Alipay
 * does not sign for an app that it does not know.
 *
 * @throws UpstreamError
 */
function readReply(reply: string, method: string, settings: AlipaySettings) {
  const { members, texts } = membersIn(reply);
  const isError = Object.hasOwn(members, 'error_response');
  const name = isError ? 'error_response' : `${method.replaceAll('.', '_')}_response`;
  const raw = texts.get(name);
  if (raw === undefined) throw refused('no answer to the call', { members: texts.size });
  const answer = members[name];
  const result = parseReply(outcome, answer);
  const isSuccess = !isError && (result.code == null || result.code === '10000');
  const { sign: signature, alipay_cert_sn } = parseReply(envelope, members);
  const { platformKey, alipaySerial } = keysOf(settings);
  if (signature) {
    if (alipaySerial !== undefined && alipay_cert_sn !== alipaySerial)
      throw refused('signed with another certificate than alipay_cert: download it again');
    if (!isSigned(raw, signature, platformKey) && !isSigned(raw.replaceAll('\\/', '/'), signature, platformKey)) {
      throw refused("wrong signature: check alipay_public_key, which is Alipay's own key and not the app's");
    }
  } else if (isSuccess) {
    throw refused('unsigned');
  }
  return { ...result, answer, isSuccess };
}

function membersIn(reply: string): { members: Record<string, unknown>; texts: ReadonlyMap<string, string> } {
  try {
    return rawMembers(reply);
  } catch {
    // The text may hold a token, so only its length is logged.
    throw refused('not a JSON object', { length: reply.length });
  }
}

const refused = (fault: string, detail: Record<string, unknown> = {}) => new UpstreamError('failed', { detail: { fault, ...detail } });
