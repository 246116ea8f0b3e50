import { clientError, HError } from './errors.ts';
import type { Host, HostReply, HostUpload } from './host.ts';
import type { Platform } from './platform.ts';
import type { Session } from './session.ts';
import { type Send, sendThrough } from './transport.ts';
import type { InitOptions } from './types.ts';
import { version } from './version.ts';

/** The options of `init`. */
export interface Config extends InitOptions {
  clientID: string;
  autoLogin: boolean;
  /** Identifies the server and the app. */
  owner: string;
}
/**
 * Sends a request with the headers of every request (docs/protocol.md, Every request).
 *
 * @param configured returns the options of `init`; throws 602 before it
 * @param takeChallengeResponse returns the answer to a challenge, once
 */
export const createSend =
  (host: Host, platform: Platform, session: Session, configured: () => Config, takeChallengeResponse: () => string | undefined): Send =>
  async ({ method, path, data, file }) => {
    const { clientID, host: origin, env, logLevel, timeout, owner } = configured();
    const token = session.token();
    const challengeResponse = takeChallengeResponse();
    const tunnelled = platform.onlyGetAndPost && method !== 'GET' && method !== 'POST';
    const header = {
      'X-Hydrogen-Client-Version': version,
      'X-Hydrogen-Client-Platform': platform.name,
      'X-Hydrogen-Client-SDK-Type': 'file',
      ...(env && { 'X-Hydrogen-Env-ID': env }),
      'X-Hydrogen-Client-ID': clientID,
      ...(challengeResponse && { 'X-Challenge-Response': challengeResponse }),
      ...(token && { Authorization: `Hydrogen-r1 ${token}` }),
      ...(method !== 'GET' && file === undefined && { 'Content-Type': 'application/json' }),
      ...(tunnelled && { 'X-Hydrogen-Request-Method': method }),
    };
    const target = { url: origin + path, header, ...(timeout && { timeout }) };
    const request = { ...target, method: tunnelled ? 'POST' : method, ...(method !== 'GET' && { data: data ?? {} }) };
    const reply = await sendThrough(
      host,
      () => (file === undefined ? host.request(request) : upload(host, { ...target, filePath: file, name: 'file' })),
      platform,
    );
    if (logLevel === 'info' || logLevel === 'debug') host.log(`${method} ${path} -> ${reply.statusCode}`);
    // One server's answer must not be stored as another's.
    if (configured().owner !== owner) throw clientError(602, 'BaaS.init() was called with another server or app in the meantime');
    return reply;
  };

/** Hosts return an upload's answer as text. @throws 611 if the host cannot upload files */
async function upload({ uploadFile }: Host, file: HostUpload): Promise<Partial<HostReply>> {
  if (!uploadFile) throw clientError(611, 'uploadFile');
  const { statusCode, data } = await uploadFile(file);
  return { ...(statusCode !== undefined && { statusCode }), data: typeof data === 'string' ? parsed(data) : data };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Makes a call in a session, and retries it once in a new session after a 401. */
export type InSession = <Value>(call: () => Promise<Value>) => Promise<Value>;

/**
 * @param renew opens a session; resolves to true if it is the last user's
 * @returns a function that makes a call in a session, after opening one if there is none
 */
export const createInSession =
  (session: Session, mayRenew: () => boolean, renew: () => Promise<boolean>): InSession =>
  async (call) => {
    if (!mayRenew()) return call();
    const uid = session.kept('uid');
    /** Whether the session still belongs to the same user after the wait. */
    const isSame = () => uid === undefined || session.kept('uid') === uid;
    const token = session.token();
    if (!token) {
      await renew();
      if (!isSame()) throw clientError(604);
      return call();
    }
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof HError && error.code === 401 && error.error_code !== 'client_unknown')) throw error;
      const renewed = session.token() === token ? await renew() : session.token() !== undefined;
      if (!(renewed && isSame())) throw error;
      return call();
    }
  };
