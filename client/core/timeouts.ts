import { clientError } from './errors.ts';
import type { Host } from './host.ts';

/** Milliseconds for the network check, which only chooses the error. */
const networkCheckTimeout = 3_000;

/**
 * Adds a timeout to every call of a host: a call without a callback in time rejects with 601, and a later callback is ignored.
 *
 * @param timeout returns milliseconds
 */
export function withTimeout(host: Host, timeout: () => number): Host {
  const inTime = <Value>(name: string, call: () => Promise<Value>, milliseconds = timeout()) =>
    new Promise<Value>((resolve, reject) => {
      const callOff = host.after(milliseconds, () =>
        reject(clientError(601, `the host did not call back from ${name} in ${milliseconds} ms`)),
      );
      call().then(resolve, reject).then(callOff);
    });
  const { uploadFile, login, getUserInfo } = host;

  return {
    ...host,
    request: (request) => inTime('request', () => host.request(request)),
    ...(uploadFile && { uploadFile: (upload) => inTime('uploadFile', () => uploadFile(upload)) }),
    ...(login && { login: (scopes) => inTime('login', () => login(scopes)) }),
    ...(getUserInfo && { getUserInfo: (lang) => inTime('getUserInfo', () => getUserInfo(lang)) }),
    isOffline: () => inTime('getNetworkType', host.isOffline, Math.min(networkCheckTimeout, timeout())).catch(() => false),
  };
}
