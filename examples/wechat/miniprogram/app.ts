import { BaaS } from 'miniprogram-login-client/wechat';
import { clientId, host } from './config';

App({
  onLaunch() {
    BaaS.init(clientId, { host });
  },
});
