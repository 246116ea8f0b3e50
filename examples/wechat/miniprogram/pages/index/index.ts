import { messageFor } from 'miniprogram-login-client/messages';
import { BaaS, type CurrentUser } from 'miniprogram-login-client/wechat';

const shown = (user: CurrentUser) => ({ id: user.id, nickname: user.nickname, avatar: user.avatar, phone: user._phone });

Page({
  data: {
    user: null as ReturnType<typeof shown> | null,
    message: '',
  },

  login() {
    return this.show(() => BaaS.auth.loginWithWechat());
  },
  loginWithPhone(event: WechatMiniprogram.ButtonGetPhoneNumber) {
    return this.show(() => BaaS.auth.loginWithWechat(event));
  },
  updatePhone(event: WechatMiniprogram.ButtonGetPhoneNumber) {
    return this.show(() => BaaS.auth.updatePhoneNumber(event));
  },
  chooseAvatar(event: WechatMiniprogram.CustomEvent<{ avatarUrl: string }>) {
    return this.show(() => BaaS.auth.setProfile({ avatarPath: event.detail.avatarUrl }));
  },
  async enterNickname(event: WechatMiniprogram.InputBlur) {
    const nickname = event.detail.value;
    if (nickname !== this.data.user?.nickname) await this.show(() => BaaS.auth.setProfile({ nickname }));
  },
  /** 扫描网页上的码，本人确认后网页就登录为同一个用户（examples/web）。 */
  async scanWebLogin() {
    const scanned = await wx.scanCode({}).catch(() => undefined);
    if (!scanned) return; // 取消了扫码
    try {
      const { result } = scanned;
      const asked = await BaaS.auth.openScanLogin({ q: result });
      const { confirm, content } = await wx.showModal({
        title: `登录 ${asked.site}`,
        ...(asked.needs_check_code
          ? { editable: true, placeholderText: '网页上的两位数字' }
          : { content: `${asked.browser}（${asked.system}）请求登录你的账号，不是本人操作请取消` }),
      });
      if (confirm) await BaaS.auth.confirmScanLogin({ q: result }, asked.needs_check_code ? { checkCode: content } : {});
      else await BaaS.auth.refuseScanLogin({ q: result });
      this.setData({ message: '' });
    } catch (error) {
      this.setData({ message: messageFor(error) });
    }
  },
  async logout() {
    await BaaS.auth.logout();
    this.setData({ user: null });
  },

  /** 执行一次调用，显示返回的用户或给用户看的错误。 */
  async show(call: () => Promise<CurrentUser>) {
    try {
      this.setData({ user: shown(await call()), message: '' });
    } catch (error) {
      this.setData({ message: messageFor(error) });
    }
  },
});
