/** 当前平台：名称，以及宿主在点按钮（button）还是调用接口（dialog）时询问昵称和头像。网页没有平台登录。 */
interface Platform {
  name: string;
  profile?: 'button' | 'dialog';
}

export let platform: Platform | undefined;
// #ifdef MP-WEIXIN
platform = { name: '微信' };
// #endif
// #ifdef MP-QQ
platform = { name: 'QQ', profile: 'button' };
// #endif
// #ifdef MP-BAIDU
platform = { name: '百度', profile: 'button' };
// #endif
// #ifdef MP-KUAISHOU
platform = { name: '快手', profile: 'dialog' };
// #endif
// #ifdef MP-JD
platform = { name: '京东', profile: 'dialog' };
// #endif
// #ifdef MP-ALIPAY
platform = { name: '支付宝', profile: 'dialog' };
// #endif
// #ifdef MP-TOUTIAO
platform = { name: '抖音', profile: 'dialog' };
// #endif
// #ifdef MP-XHS
platform = { name: '小红书', profile: 'dialog' };
// #endif
