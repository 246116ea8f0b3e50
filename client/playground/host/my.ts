import type { Callbacks, Namespace } from './callbacks.ts';

type Call = (options: Callbacks & Record<string, unknown>) => void;

/**
 * Alipay's `my`, from an object with the other hosts' calls: other names, parameters and failures (docs/platforms.md, 6.2).
 *
 * @param common the calls and the storage as the other hosts have them
 * @param asks asks the person for the profile
 */
export function asMy(common: Namespace, asks: () => Promise<boolean> | boolean): Namespace {
  const call = (name: string, options: Callbacks & Record<string, unknown>) => (common[name] as Call)(options);
  const failed =
    ({ fail }: Callbacks, error: number) =>
    (failure?: unknown) =>
      fail?.({ error, errorMessage: String(Object(failure).errMsg ?? 'network') });
  return {
    request({ headers, ...options }: Callbacks & { headers: Record<string, string> }) {
      const { 'content-type': type, ...others } = headers;
      call('request', {
        ...options,
        header: { ...others, ...(type !== undefined && { 'Content-Type': type }) },
        success(reply) {
          const { statusCode: status, data } = Object(reply);
          if (status >= 200 && status < 300) options.success?.({ status, statusCode: status, data, headers: {} });
          // An HTTP error goes to `fail`.
          else options.fail?.({ error: 19, errorMessage: 'http status error', status, data, headers: {} });
        },
        fail: failed(options, 12),
      });
    },
    async getAuthCode({ scopes, ...options }: Callbacks & { scopes: string | string[] }) {
      if ([scopes].flat().includes('auth_user') && !(await asks())) return failed(options, 11)({ errMsg: '用户取消授权' });
      call('login', {
        success: (result) => options.success?.({ authCode: Object(result).code, authErrorScopes: {}, authSuccessScopes: [scopes].flat() }),
        fail: failed(options, 12),
      });
    },
    getNetworkType: ({ success }: Callbacks) =>
      call('getNetworkType', {
        success(result) {
          const isOffline = Object(result).networkType === 'none';
          success?.({ networkAvailable: !isOffline, networkType: isOffline ? 'NOTREACHABLE' : 'WIFI' });
        },
      }),
    getStorageSync: ({ key }: { key: string }) => ({ data: (common.getStorageSync as (key: string) => unknown)(key) || null }),
    setStorageSync: ({ key, data }: { key: string; data: unknown }) =>
      (common.setStorageSync as (key: string, value: unknown) => void)(key, data),
  };
}
