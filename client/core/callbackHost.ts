import type { Host, HostGrant, HostReply, HostRequest, HostUpload } from './host.ts';
import type { HostFailure } from './hostFailure.ts';
import { surroundings } from './surroundings.ts';

interface Callbacks<Result> {
  /** The result may be missing, even if the host's documentation promises one. */
  success(result?: Result): void;
  fail(failure?: HostFailure): void;
}

/** Common form of the hosts' global objects (`wx`, `qq`, `swan`, `ks`, `jd`): callbacks, no return value. */
export interface CallbackNamespace {
  request(options: HostRequest & { dataType: string } & Callbacks<HostReply>): unknown;
  uploadFile(options: HostUpload & Callbacks<HostReply>): unknown;
  login(options: Callbacks<{ code: string }>): unknown;
  getUserInfo(options: { withCredentials: boolean; lang?: string } & Callbacks<HostGrant>): unknown;
  getNetworkType(options: Callbacks<{ networkType: string }>): unknown;
  getStorageSync(key: string): unknown;
  setStorageSync(key: string, value: unknown): void;
}

/** Wraps a global object that takes callbacks. */
export function callbackHost(namespace: CallbackNamespace): Required<Host> {
  return {
    request: (request) => ask((callbacks) => namespace.request({ ...request, dataType: 'json', ...callbacks })),
    uploadFile: (upload) => ask((callbacks) => namespace.uploadFile({ ...upload, ...callbacks })),
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

/** Turns a callback-style call into a promise. The first callback wins, a thrown error is a failure, a missing result becomes `{}`. */
export const ask = <Result extends object>(call: (callbacks: Callbacks<Result>) => unknown): Promise<Partial<Result>> =>
  new Promise((resolve, fail) => {
    call({ success: (result) => resolve(result || {}), fail });
  });

/** The code of a login call, or '' if the host returns none. */
export const loginCode = (call: (callbacks: Callbacks<{ code: string }>) => unknown): Promise<string> =>
  ask(call).then(({ code = '' }) => code);
