const BaaS = require('minapp-sdk');

App({
  onLaunch() {
    // 唯一的改动：新服务的 client id 和地址。
    BaaS.init('sandbox', { host: 'http://127.0.0.1:3000' });
  },
});
