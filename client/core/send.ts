import type { operations } from '../../generated/types.ts';
import { clientError, HError } from './errors.ts';
import type { Host } from './host.ts';
import type { Platform } from './platform.ts';
import type { Session } from './session.ts';
import { type Send, sendThrough } from './transport.ts';
import type { InitOptions } from './types.ts';
import { version } from './version.ts';

/** What `init` said. */
export interface Config extends InitOptions {
  clientID: string;
  autoLogin: boolean;
  /** Names the server and the app. */
  owner: string;
}
/** The headers that every operation of the contract takes. */
type ClientHeaders = NonNullable<operations['getServerTime']['parameters']['header']>;

/**
 * Sends a request with the headers that each carries (docs/protocol.md, Every request).
 *
 * @param configured throws 602 before `init`
 */
export const createSend =
  (host: Host, platform: Platform, session: Session, configured: () => Config): Send =>
  async ({ method, path, data }) => {
    const { clientID, host: origin, env, logLevel, timeout, owner } = configured();
    const token = session.token();
    const tunnelled = platform.onlyGetAndPost && method !== 'GET' && method !== 'POST';
    const told: ClientHeaders = {
      'X-Hydrogen-Client-Version': version,
      'X-Hydrogen-Client-Platform': platform.name,
      'X-Hydrogen-Client-SDK-Type': 'file',
      ...(env && { 'X-Hydrogen-Env-ID': env }),
    };
    const header = {
      ...told,
      'X-Hydrogen-Client-ID': clientID,
      ...(token && { Authorization: `Hydrogen-r1 ${token}` }),
      ...(method !== 'GET' && { 'Content-Type': 'application/json' }),
      ...(tunnelled && { 'X-Hydrogen-Request-Method': method }),
    };
    const reply = await sendThrough(
      host,
      {
        method: tunnelled ? 'POST' : method,
        url: origin + path,
        header,
        ...(timeout && { timeout }),
        ...(method !== 'GET' && { data: data ?? {} }),
      },
      platform,
    );
    if (logLevel === 'info' || logLevel === 'debug') host.log(`${method} ${path} -> ${reply.statusCode}`);
    // What one server answered must not be kept as another's.
    if (configured().owner !== owner) throw clientError(602, 'BaaS.init() has named another server or app meanwhile');
    return reply;
  };

/** Makes a call in a session, and once more in a new one after a 401. */
export type InSession = <Value>(call: () => Promise<Value>) => Promise<Value>;

/**
 * @param renew opens a session; resolves with whether it is the last user's
 * @returns makes a call in a session: opens one before it where there is none
 */
export const createInSession =
  (session: Session, mayRenew: () => boolean, renew: () => Promise<boolean>): InSession =>
  async (call) => {
    if (!mayRenew()) return call();
    const uid = session.kept('uid');
    /** Whether the session is not somebody else's by now, who logged in while this waited. */
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
