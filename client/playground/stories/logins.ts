import type { Story } from './story.ts';

/** Ways to log in, and what a person shares. */
export const loginStories: readonly Story[] = [
  {
    id: 'stay',
    title: { en: 'Log in, and stay logged in', zh: '登录并保持登录' },
    intro: { en: 'Silent login, log out, and the same account again.', zh: '静默登录，退出，再次登录仍是同一个账号。' },
    recipe: { en: 'Log in as someone, and stay logged in', zh: '以某个用户的身份登录，并保持登录' },
    accounts: 1,
    steps: [
      { phone: 'wechat', press: 'login', person: 'larry' },
      { phone: 'wechat', press: 'refresh' },
      { phone: 'wechat', press: 'logout' },
      { phone: 'wechat', press: 'login' },
    ],
  },
  {
    id: 'stranger',
    title: { en: 'A stranger, and a used code', zh: '陌生人与用过的 code' },
    intro: {
      en: 'An app may refuse to create accounts. And a code works once: some platforms say that it was used, others only that it is wrong.',
      zh: '应用可以不为陌生人创建账号。code 只能用一次：有的平台会说明“已使用”，有的只说无效。',
    },
    recipe: { en: 'Be a stranger, and use a code twice', zh: '以新用户的身份登录，以及重复使用 code' },
    steps: [
      { phone: 'wechat', press: 'login', person: 'stranger', expect: 'identity_not_found' },
      { phone: 'wechat', press: 'login', person: 'larry', fault: 'used_code', expect: 'code_used' },
      { phone: 'qq', press: 'login', person: 'larry', fault: 'used_code', expect: 'code_invalid' },
    ],
  },
  {
    id: 'profile',
    title: { en: 'Share a profile', zh: '授权头像昵称' },
    intro: {
      en: 'Mei taps the button and allows. On WeChat the app gets sealed data, on Alipay the server fetches the profile itself.',
      zh: 'Mei 点击按钮并允许。微信把加密数据交给应用，支付宝则由服务器自己获取资料。',
    },
    recipe: { en: 'Grant a profile, and change it', zh: '授权资料，并修改资料' },
    steps: [
      { phone: 'wechat', press: 'profile', person: 'mei', consent: 'allow' },
      { phone: 'alipay', press: 'profile', person: 'mei', consent: 'allow' },
      { phone: 'jd', press: 'profile', person: 'mei', consent: 'allow' },
    ],
  },
  {
    id: 'decline',
    title: { en: 'The person declines', zh: '用户拒绝授权' },
    intro: {
      en: 'A refusal stays on the phone: no request is sent. Alipay logs in without the profile.',
      zh: '拒绝授权时，手机不会发出任何请求。支付宝则在没有资料的情况下完成登录。',
    },
    recipe: { en: 'Decline', zh: '拒绝授权' },
    steps: [
      { phone: 'qq', press: 'profile', person: 'mei', consent: 'decline', expect: '603' },
      { phone: 'kuaishou', press: 'phone', person: 'mei', consent: 'decline', expect: '603' },
      { phone: 'alipay', press: 'profile', person: 'mei', consent: 'decline' },
    ],
  },
  {
    id: 'placeholder',
    title: { en: 'A hidden profile', zh: '被隐藏的资料' },
    intro: {
      en: 'Since 2022 WeChat gives a placeholder for everyone. It is no profile, so nothing of it is stored.',
      zh: '2022 年起，微信对所有人只返回占位资料。它不是真实资料，不会被保存。',
    },
    recipe: { en: 'Stay anonymous', zh: '匿名' },
    steps: [
      { phone: 'wechat', press: 'profile', person: 'larry', consent: 'allow', fault: 'placeholder' },
      { phone: 'xiaohongshu', press: 'profile', person: 'larry', consent: 'allow' },
    ],
  },
  {
    id: 'name',
    title: { en: 'A picture and a name, and WeChat refuses both', zh: '头像、昵称，以及微信的内容检查' },
    intro: {
      en: 'The person chooses both. In WeChat’s sessions the server asks WeChat whether they are proper: for a name at once, for a picture the answer comes later.',
      zh: '用户自己选择头像、填写昵称。在微信的会话中，服务器会请微信检查：昵称当场得到结果，头像的结果稍后推送。',
    },
    recipe: { en: 'Choose a picture and a name, and have WeChat refuse them', zh: '选择头像和昵称，被微信判为违规' },
    steps: [
      { phone: 'wechat', press: 'login', person: 'mei' },
      { phone: 'wechat', press: 'avatar' },
      { phone: 'wechat', press: 'name' },
      { phone: 'wechat', press: 'name', fault: 'mistypes', expect: 'content_refused' },
      { phone: 'wechat', press: 'refuse_picture' },
    ],
  },
  {
    id: 'phone',
    title: { en: 'One number, one account', zh: '同一个手机号，同一个账号' },
    intro: {
      en: 'A number that a platform verified leads to the account that has it. Three platforms, one account, and no link was pressed.',
      zh: '平台验证过的手机号会进入拥有它的账号。三个平台，一个账号，不需要点关联。',
    },
    recipe: { en: 'Log in with the phone number', zh: '用手机号登录' },
    accounts: 1,
    steps: [
      { phone: 'kuaishou', press: 'phone', person: 'mei', consent: 'allow' },
      { phone: 'wechat', press: 'phone', person: 'mei', consent: 'allow' },
      { phone: 'alipay', press: 'phone', person: 'mei', consent: 'allow' },
    ],
  },
  {
    id: 'sms',
    title: { en: 'Link by SMS', zh: '通过短信关联' },
    intro: {
      en: 'The usual way to link in a real app: verify the number once, log in with a code by SMS on the next platform, and link there.',
      zh: '真实应用中最常见的关联方式：先验证一次手机号，在下一个平台用短信验证码登录，然后关联。',
    },
    recipe: { en: 'A code by SMS', zh: '短信验证码' },
    accounts: 1,
    steps: [
      { phone: 'wechat', press: 'phone', person: 'larry', consent: 'allow' },
      { phone: 'qq', press: 'sms', person: 'larry' },
      { phone: 'qq', press: 'sms_login', fault: 'mistypes', expect: 'sms_code_invalid' },
      { phone: 'qq', press: 'sms_login' },
      { phone: 'qq', press: 'link' },
      { phone: 'qq', press: 'sms', expect: 'sms_rate_limited' },
    ],
  },
  {
    id: 'mail',
    title: { en: 'A mail', zh: '邮件' },
    intro: { en: 'Mei verifies her address: open the link in the inbox.', zh: 'Mei 验证邮箱：打开收件箱里的链接即可。' },
    recipe: { en: 'A mail', zh: '邮件' },
    steps: [
      { phone: 'baidu', press: 'login', person: 'mei' },
      { phone: 'baidu', press: 'mail' },
    ],
  },
  {
    id: 'scan',
    title: {
      en: 'Scan to log in',
      zh: '扫码登录',
    },
    intro: {
      en: 'The web page shows a code, WeChat scans it, and Larry decides on the phone. The second time he refuses.',
      zh: '网页显示二维码，Larry 用微信扫码，并在手机上决定是否登录。第二次他拒绝了。',
    },
    recipe: {
      en: 'Scan to log in',
      zh: '扫码登录',
    },
    accounts: 1,
    steps: [
      { phone: 'wechat', press: 'login', person: 'larry' },
      { phone: 'web', press: 'qr', person: 'larry' },
      { phone: 'wechat', press: 'scan', consent: 'allow' },
      { phone: 'web', press: 'logout' },
      { phone: 'web', press: 'qr', expect: '613' },
      { phone: 'wechat', press: 'scan', consent: 'decline' },
    ],
  },
  {
    id: 'web',
    title: {
      en: 'An account that begins on the web',
      zh: '从网页开始的账号',
    },
    intro: {
      en: 'Larry registers on a web page, and on QQ he logs in with that password and links it. From then on QQ needs no password.',
      zh: 'Larry 在网页上注册，到 QQ 里用同一个密码登录并关联，之后在 QQ 里不再需要密码。',
    },
    recipe: {
      en: 'From a page in a browser',
      zh: '在浏览器页面中',
    },
    accounts: 1,
    steps: [
      { phone: 'web', press: 'register', person: 'larry' },
      { phone: 'qq', press: 'password_login', person: 'larry' },
      { phone: 'qq', press: 'link' },
      { phone: 'qq', press: 'logout' },
      { phone: 'qq', press: 'login' },
    ],
  },
  {
    id: 'list',
    title: {
      en: 'List users',
      zh: '查询用户列表',
    },
    intro: {
      en: 'A web page lists users with a nickname, those of other stories too. Someone without a name may not, and some fields may not be queried by anyone.',
      zh: '网页列出有昵称的用户，包括其他演示留下的。匿名用户不能查询，有些字段则任何人都不能作为条件。',
    },
    recipe: {
      en: 'List users',
      zh: '列出用户',
    },
    accounts: 1,
    steps: [
      { phone: 'web', press: 'anonymous', person: 'larry' },
      { phone: 'web', press: 'list', expect: 'anonymous_forbidden' },
      { phone: 'web', press: 'register' },
      { phone: 'web', press: 'name' },
      { phone: 'web', press: 'list' },
      { phone: 'web', press: 'list', fault: 'mistypes', expect: 'request_invalid' },
    ],
  },
];
