import type { MyNamespace } from '../../alipay.ts';
import type { CallbackNamespace } from '../../core/callbackHost.ts';
import type { HostFailure } from '../../core/hostFailure.ts';

type MyFail = Parameters<MyNamespace['getAuthCode']>[0]['fail'];

const failed =
  (fail: MyFail, error: number) =>
  ({ errMsg }: HostFailure = {}) =>
    fail({ error, errorMessage: errMsg ?? 'network' });

/**
 * Alipay's `my`, from an object with the other hosts' calls: other names, parameters and failures (docs/platforms.md, 6.2).
 *
 * @param common the calls and the storage as the other hosts have them
 * @param asks asks the person for the profile
 */
export function asMy(common: CallbackNamespace, asks: () => Promise<boolean>): MyNamespace {
  return {
    request({ headers, success, fail, ...request }) {
      const { 'content-type': type, ...others } = headers;
      common.request({
        ...request,
        header: { ...others, ...(type !== undefined && { 'Content-Type': type }) },
        success({ statusCode, data } = { statusCode: 0, data: undefined }) {
          if (statusCode >= 200 && statusCode < 300) success({ status: statusCode, statusCode, data });
          // An HTTP error goes to `fail`.
          else fail({ error: 19, errorMessage: 'http status error', status: statusCode, data });
        },
        fail: failed(fail, 12),
      });
    },
    uploadFile: ({ fileName, success, fail, ...upload }) =>
      common.uploadFile({ ...upload, name: fileName, success, fail: failed(fail, 12) }),
    async getAuthCode({ scopes, success, fail }) {
      if ([scopes].flat().includes('auth_user') && !(await asks())) return failed(fail, 11)({ errMsg: '用户取消授权' });
      common.login({
        success: ({ code } = { code: '' }) => success({ authCode: code, authErrorScopes: {} }),
        fail: failed(fail, 12),
      });
    },
    getNetworkType: ({ success, fail }) =>
      common.getNetworkType({
        success({ networkType } = { networkType: 'none' }) {
          const isOffline = networkType === 'none';
          success({ networkAvailable: !isOffline, networkType: isOffline ? 'NOTREACHABLE' : 'WIFI' });
        },
        fail: failed(fail, 12),
      }),
    getStorageSync: ({ key }) => ({ data: common.getStorageSync(key) || null }),
    setStorageSync: ({ key, data }) => common.setStorageSync(key, data),
  };
}
