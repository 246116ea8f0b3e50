import type { Host, HostGrant, HostReply, HostRequest } from './host.ts';
import type { HostFailure } from './hostFailure.ts';
import { surroundings } from './surroundings.ts';

interface Callbacks<Result> {
  /** Some hosts pass nothing where their documents promise a result. */
  success(result?: Result): void;
  fail(failure?: HostFailure): void;
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
      ask<{ networkType: string }>((callbacks) => namespace.getNetworkType(callbacks)).then(({ networkType }) => networkType === 'none'),
    storage: {
      get: (key) => namespace.getStorageSync(key),
      set: (key, value) => namespace.setStorageSync(key, value),
    },
    ...surroundings,
  };
}

/** A callback-style call as a promise: the first callback counts, an error that the call throws is a failure, and no result an empty one. */
const ask = <Result extends object>(call: (callbacks: Callbacks<Result>) => unknown): Promise<Partial<Result>> =>
  new Promise((resolve, fail) => {
    call({ success: (result) => resolve(result || {}), fail });
  });

/** The code of a login call; '' where it gives none. */
export const loginCode = (call: (callbacks: Callbacks<{ code: string }>) => unknown): Promise<string> =>
  ask(call).then(({ code = '' }) => code);
