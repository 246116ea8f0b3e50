import { clientError } from './errors.ts';
import type { Host, HostGrant, HostReply, HostRequest } from './host.ts';
import { surroundings } from './surroundings.ts';

interface Callbacks<Result> {
  success(result: Result): void;
  fail(failure?: HostFailure): void;
}
/** What a host tells of a failure. Some tell nothing. */
export interface HostFailure {
  errMsg?: string;
  errCode?: number;
  statusCode?: number;
}

/** What the hosts' global objects (`wx`, `qq`, `swan`, `ks`, `jd`) have in common: callbacks in, nothing back. */
export interface CallbackNamespace {
  request(options: HostRequest & { dataType: string } & Callbacks<HostReply>): unknown;
  login(options: Callbacks<{ code: string }>): unknown;
  getUserInfo(options: { withCredentials: boolean; lang?: string } & Callbacks<HostGrant>): unknown;
  getNetworkType(options: Callbacks<{ networkType: string }>): unknown;
  getStorageSync(key: string): unknown;
  setStorageSync(key: string, value: unknown): void;
}

/** A host whose global object takes callbacks. */
export function callbackHost(namespace: CallbackNamespace): Required<Host> {
  return {
    request: (request) => ask((callbacks) => namespace.request({ ...request, dataType: 'json', ...callbacks })),
    login: () => loginCode((callbacks) => namespace.login(callbacks)),
    getUserInfo: (lang) =>
      ask((callbacks) => namespace.getUserInfo({ withCredentials: true, ...(lang !== undefined && { lang }), ...callbacks })),
    isOffline: () =>
      ask<{ networkType: string }>((callbacks) => namespace.getNetworkType(callbacks)).then(
        ({ networkType }) => networkType === 'none',
        () => false,
      ),
    storage: {
      get: (key) => namespace.getStorageSync(key),
      set: (key, value) => namespace.setStorageSync(key, value),
    },
    ...surroundings,
  };
}

/** A callback-style call as a promise. */
export const ask = <Result>(call: (callbacks: Callbacks<Result>) => unknown): Promise<Result> =>
  new Promise((success, fail) => {
    call({ success, fail });
  });

/** The code of a login call. */
export const loginCode = (call: (callbacks: Callbacks<{ code: string }>) => unknown): Promise<string> =>
  ask(call).then(({ code }) => {
    if (!code) throw clientError(614, 'the host gave no login code');
    return code;
  });
