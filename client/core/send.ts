import type { operations } from '../../generated/types.ts';
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
}
/** The headers that every operation of the contract takes. */
type ClientHeaders = NonNullable<operations['getServerTime']['parameters']['header']>;

/**
 * Sends a request with the headers that each carries (wire.md, Every request).
 *
 * @param configured throws 602 before `init`
 */
export const createSend =
  (host: Host, platform: Platform, session: Session, configured: () => Config): Send =>
  async ({ method, path, data }) => {
    const { clientID, host: origin, env, logLevel } = configured();
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
      { method: tunnelled ? 'POST' : method, url: origin + path, header, ...(method !== 'GET' && { data: data ?? {} }) },
      platform,
    );
    if (logLevel === 'info' || logLevel === 'debug') host.log(`${method} ${path} -> ${reply.statusCode}`);
    return reply;
  };

/**
 * Sends a request in a session: opens one before it where there is none, and after a 401 once more.
 *
 * @param renew opens a session; resolves with whether it is the same user's
 */
export const inSession =
  (send: Send, session: Session, mayRenew: () => boolean, renew: () => Promise<boolean>): Send =>
  async (request) => {
    if (!mayRenew()) return send(request);
    const token = session.token();
    if (!token) {
      await renew();
      return send(request);
    }
    const reply = await send(request);
    if (reply.statusCode !== 401) return reply;
    const renewedMeanwhile = session.token() !== token;
    return renewedMeanwhile || (await renew()) ? send(request) : reply;
  };
