import type { FakeHost } from './fakeHost.ts';

interface Callbacks {
  // biome-ignore lint/suspicious/noExplicitAny: any value that a host passes
  success?(result: any): void;
  // biome-ignore lint/suspicious/noExplicitAny: any value that a host passes
  fail?(failure?: any): void;
}
type Common = Record<string, (options: Callbacks & Record<string, unknown>) => unknown>;

/** The state of a host that decides how its calls end. */
type State = Pick<FakeHost, 'allows' | 'terse' | 'silent' | 'calls'>;

/**
 * Alipay's `my`, from an object with the other hosts' calls: other names, parameters and failures (docs/platforms.md, 6.2).
 *
 * @param namespace the calls and the storage as the other hosts have them
 * @param host its state, which exists only after this object
 */
export function asMy(namespace: Record<string, unknown>, host: () => State): Record<string, unknown> {
  const common = namespace as Common;
  const keys = namespace as { getStorageSync(key: string): unknown; setStorageSync(key: string, value: unknown): void };
  const failed =
    ({ fail }: Callbacks, error: number, errorMessage: string) =>
    (failure?: { errMsg?: string }) =>
      failure === undefined && host().terse ? fail?.() : fail?.({ error, errorMessage: failure?.errMsg ?? errorMessage });
  /** An HTTP error goes to `fail`. */
  const answered =
    ({ success, fail }: Callbacks) =>
    (reply: { statusCode: number; data: unknown }) => {
      const { statusCode: status, data } = reply;
      if (status >= 200 && status < 300) success?.({ status, statusCode: status, data, headers: {} });
      else fail?.({ error: 19, errorMessage: 'http status error', status, data, headers: {} });
    };

  return {
    request({ headers, ...options }: Callbacks & { headers: Record<string, string> }) {
      const { 'content-type': type, ...others } = headers;
      const header = { ...others, ...(type !== undefined && { 'Content-Type': type }) };
      return common.request?.({ ...options, header, success: answered(options), fail: failed(options, 12, 'network') });
    },
    uploadFile({ fileName, ...options }: Callbacks & { fileName: string }) {
      return common.uploadFile?.({ ...options, name: fileName, success: answered(options), fail: failed(options, 12, 'network') });
    },
    getAuthCode({ scopes, ...options }: Callbacks & { scopes: string | string[] }) {
      if ([scopes].flat().includes('auth_user')) {
        host().calls.push('getAuthCode auth_user');
        if (!host().allows) return host().silent.includes('login') ? undefined : failed(options, 11, '用户取消授权')();
      }
      return common.login?.({
        success: ({ code }: { code: string }) =>
          options.success?.({ authCode: code, authErrorScopes: {}, authSuccessScopes: [scopes].flat() }),
        fail: failed(options, 12, 'network'),
      });
    },
    getNetworkType: ({ success }: Callbacks) =>
      common.getNetworkType?.({
        success: ({ networkType }: { networkType: string }) =>
          success?.({ networkAvailable: networkType !== 'none', networkType: networkType === 'none' ? 'NOTREACHABLE' : 'WIFI' }),
      }),
    getStorageSync: ({ key }: { key: string }) => ({ data: keys.getStorageSync(key) || null }),
    setStorageSync: ({ key, data }: { key: string; data: unknown }) => keys.setStorageSync(key, data),
  };
}
