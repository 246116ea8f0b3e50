import Taro from '@tarojs/taro';
import { useRef } from 'react';
import { platform } from './platform';

/** 点击手机号按钮之前的登录 code：抖音用它的会话密钥加密手机号，点击之后再取就解不开了。每个只能用一次。 */
export function useEarlyCode() {
  const code = useRef<string>();

  function renew() {
    code.current = undefined;
    if (platform?.sealsPhone) Taro.login({ success: (result) => (code.current = result.code) });
  }

  return { renew, options: () => (code.current === undefined ? {} : { code: code.current }) };
}
