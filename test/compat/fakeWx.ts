interface RequestOptions {
  url: string;
  method?: string;
  data?: Record<string, unknown>;
  header?: Record<string, string>;
  success?(result: { statusCode: number; data: unknown; header: Record<string, string>; errMsg: string }): void;
  fail?(result: { errMsg: string }): void;
}
interface LoginOptions {
  success?(result: { code: string; errMsg: string }): void;
  fail?(result: { errMsg: string }): void;
}

export interface FakeWx {
  wx: Record<string, unknown>;
  /** Values that the app has stored. */
  storage: Map<string, unknown>;
  /** Every request that went out, as `METHOD path`. */
  requests: string[];
  /** A module's globals besides the language's: the host wraps each in a function that hides `window`. */
  globals: object;
}

/** @param login implementation of `wx.login` */
export function createFakeWx(login: () => Promise<string>): FakeWx {
  const storage = new Map<string, unknown>();
  const requests: string[] = [];
  const wx = {
    request(options: RequestOptions) {
      void send(options).then(options.success, (error) => options.fail?.({ errMsg: `request:fail ${error}` }));
    },
    login(options: LoginOptions) {
      void login().then((code) => options.success?.({ code, errMsg: 'login:ok' }));
    },
    getStorageSync: (key: string) => storage.get(key) ?? '',
    setStorageSync: (key: string, value: unknown) => void storage.set(key, value),
    getStorage({ key, success, fail }: { key: string; success(result: { data: unknown }): void; fail(): void }) {
      if (storage.has(key)) success({ data: storage.get(key) });
      else fail();
    },
    setStorage({ key, data, success }: { key: string; data: unknown; success(): void }) {
      storage.set(key, data);
      success();
    },
    getSystemInfoSync: () => ({ platform: 'ios', SDKVersion: '3.5.0' }),
    getNetworkType: ({ success }: { success(result: { networkType: string }): void }) => success({ networkType: 'wifi' }),
    getAccountInfoSync: () => ({ miniProgram: { appId: 'sandbox-wechat' } }),
  };

  /** `wx.request` puts a GET's data into the query, and answers whatever the status. */
  async function send({ url, method = 'GET', data = {}, header = {} }: RequestOptions) {
    const target = new URL(url);
    requests.push(`${method} ${target.pathname}`);
    if (method === 'GET') for (const [key, value] of Object.entries(data)) target.searchParams.set(key, String(value));
    const response = await fetch(target, {
      method,
      headers: { 'Content-Type': 'application/json', ...header },
      ...(method !== 'GET' && { body: JSON.stringify(data) }),
    });
    return { statusCode: response.status, data: await response.json(), header: {}, errMsg: 'request:ok' };
  }

  const module = { exports: {} };
  return { wx, storage, requests, globals: { window: undefined, wx, module, exports: module.exports } };
}
