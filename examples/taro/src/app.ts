import { useLaunch } from '@tarojs/taro';
import { BaaS } from 'miniprogram-login-client';
import type { PropsWithChildren } from 'react';
import { options } from './config';

export default function App({ children }: PropsWithChildren) {
  useLaunch(() => BaaS.init(options));
  return children;
}
