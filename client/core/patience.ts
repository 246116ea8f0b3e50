import { clientError } from './errors.ts';
import type { Host } from './host.ts';

/** Milliseconds for an answer that only says which error it was. */
const briefly = 3_000;

/**
 * The same host, whose every call ends: where it has not called back in time, the call rejects with 601, and what it says later is lost.
 *
 * @param timeout milliseconds
 */
export function withPatience(host: Host, timeout: () => number): Host {
  const inTime = <Value>(name: string, call: () => Promise<Value>, milliseconds = timeout()) =>
    new Promise<Value>((resolve, reject) => {
      const callOff = host.after(milliseconds, () =>
        reject(clientError(601, `the host did not call back from ${name} in ${milliseconds} ms`)),
      );
      call().then(resolve, reject).then(callOff);
    });
  const { login, getUserInfo } = host;

  return {
    ...host,
    request: (request) => inTime('request', () => host.request(request)),
    ...(login && { login: () => inTime('login', login) }),
    ...(getUserInfo && { getUserInfo: (lang) => inTime('getUserInfo', () => getUserInfo(lang)) }),
    isOffline: () => inTime('getNetworkType', host.isOffline, Math.min(briefly, timeout())).catch(() => false),
  };
}
