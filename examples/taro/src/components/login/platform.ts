/** 当前平台：名称，宿主在点按钮（button）还是调用接口（dialog）时询问昵称和头像，以及手机号按钮的类型。 */
interface Platform {
  name: string;
  profile?: 'button' | 'dialog';
  phone?: 'getPhoneNumber' | 'getAuthorize';
  /** 手机号用点击之前的登录 code 的会话密钥加密。 */
  sealsPhone?: boolean;
}

const platforms: Record<string, Platform> = {
  weapp: { name: '微信', phone: 'getPhoneNumber' },
  qq: { name: 'QQ', profile: 'button' },
  swan: { name: '百度', profile: 'button' },
  jd: { name: '京东', profile: 'dialog' },
  alipay: { name: '支付宝', profile: 'dialog', phone: 'getAuthorize' },
  tt: { name: '抖音', profile: 'dialog', phone: 'getPhoneNumber', sealsPhone: true },
};

/** 网页没有平台登录。 */
export const platform: Platform | undefined = platforms[process.env.TARO_ENV ?? ''];
