const BaaS = require('minapp-sdk');

Page({
  data: { user: null, message: '' },

  login() {
    return this.show(BaaS.auth.loginWithWechat());
  },
  updatePhone(event) {
    return this.show(BaaS.auth.updatePhoneNumber(event));
  },
  enterNickname(event) {
    const update = async () => {
      const user = await BaaS.auth.getCurrentUser();
      await user.set('nickname', event.detail.value).update();
      return BaaS.auth.getCurrentUser();
    };
    return this.show(update());
  },
  logout() {
    return BaaS.auth.logout().then(() => this.setData({ user: null }));
  },

  /** 显示一次调用返回的用户或错误。 */
  show(call) {
    return call.then(
      (user) => this.setData({ user: user.toJSON(), message: '' }),
      (error) => this.setData({ message: error.message }),
    );
  },
});
