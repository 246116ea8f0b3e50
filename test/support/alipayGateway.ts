import { sign, verify } from 'node:crypto';
import { readPrivateKey, readPublicKey } from '../../server/platforms/rsaKeys.ts';
import { sandboxKeys } from '../../server/sandbox/alipayKeys.ts';
import { type Fetch, fetchPlatform } from '../../server/upstream/fetch.ts';
import { type ServerOptions, startServer, type TestServer } from './server.ts';

const origin = 'https://openapi.example.com';

/** A call that the gateway received. */
export interface GatewayCall {
  url: Record<string, string>;
  form: Record<string, string>;
}

/** Answers a call with the text of a reply. */
export type Answer = (call: GatewayCall) => string;

/** Alipay's signature of a text, in base64. */
export const signedByAlipay = (text: string): string =>
  sign('RSA-SHA256', Buffer.from(text), readPrivateKey(sandboxKeys.alipay.private) ?? '').toString('base64');

const responseKey = (method = '') => `${method.replaceAll('.', '_')}_response`;

/** A reply whose value has exactly this text. */
export const replyOf = (method: string, text: string, more: object = {}): string =>
  `{"${responseKey(method)}":${text},${JSON.stringify(more).slice(1, -1)}${Object.keys(more).length > 0 ? ',' : ''}"sign":"${signedByAlipay(text)}"}`;

/** A signed refusal. */
export const errorOf = (error: object): string => {
  const text = JSON.stringify(error);
  return `{"error_response":${text},"sign":"${signedByAlipay(text)}"}`;
};

/** A signed answer to an exchange with these fields. */
export const tokenOf = (fields: object): string =>
  replyOf('alipay.system.oauth.token', JSON.stringify({ access_token: 'authusB1', expires_in: 1296000, ...fields }));

/** Whether a call is signed with the app's key, as the documents say. */
export function isSignedByApp({ url, form }: GatewayCall): boolean {
  const { sign: signature = '', ...parameters } = { ...url, ...form };
  const text = Object.entries(parameters)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&');
  const key = readPublicKey(sandboxKeys.app.public);
  return key !== undefined && verify('RSA-SHA256', Buffer.from(text), key, Buffer.from(signature, 'base64'));
}

export interface GatewayServer extends TestServer {
  /** Sets how the gateway answers from now on. */
  answer(next: Answer): void;
  /** The calls so far. */
  calls: GatewayCall[];
}

/** Starts a server whose Alipay is a function of the test. */
export async function startGateway(settings: object = {}, options: ServerOptions = {}): Promise<GatewayServer> {
  let answer: Answer = () => tokenOf({ open_id: 'open-of-larry', user_id: '2088000000000001' });
  const calls: GatewayCall[] = [];
  const fetch: Fetch = async (url, init) => {
    if (url.origin !== origin) return fetchPlatform(url, init);
    const call = { url: Object.fromEntries(url.searchParams), form: Object.fromEntries(new URLSearchParams(String(init.body))) };
    calls.push(call);
    return new Response(answer(call));
  };
  const alipay = {
    app_id: '2021000000000001',
    private_key: sandboxKeys.app.private,
    alipay_public_key: sandboxKeys.alipay.public,
    aes_key: sandboxKeys.aes,
    base_url: origin,
    ...settings,
  };
  const server = await startServer({
    configure: (app) => ({ ...app, platforms: { ...app.platforms, alipay } }),
    fetch,
    ...options,
  });
  return {
    ...server,
    calls,
    answer(next) {
      answer = next;
    },
  };
}
