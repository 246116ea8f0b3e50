import { BaaS } from 'miniprogram-login-client/wechat';
import { options } from './config';

App({
  onLaunch() {
    BaaS.init(options);
  },
});
