/**
 * 点击手机号按钮之前的登录 code。快手、小红书、抖音用它的会话密钥加密手机号，点击之后再取就解不开了；其他平台不需要。
 */
export function createEarlyCode() {
  let code: string | undefined;
  return {
    /** 取一个新的：每个只能用一次。 */
    renew() {
      code = undefined;
      // #ifdef MP-KUAISHOU || MP-XHS || MP-TOUTIAO
      uni.login({
        success: (result) => {
          code = result.code;
        },
      });
      // #endif
    },
    /** `loginWithPhone` 的选项。 */
    options: () => (code === undefined ? {} : { code }),
  };
}
