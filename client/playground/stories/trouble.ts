import type { Story, StoryStep } from './story.ts';

/** Refusals and faults. */
export const troubleStories: readonly Story[] = [
  {
    id: 'faults',
    title: { en: 'A platform in trouble', zh: '平台出故障' },
    intro: {
      en: 'Busy, limited, slow, a web page instead of an answer, or no answer: each has its error code and a sentence for the person.',
      zh: '繁忙、限流、缓慢、返回网页、一直不响应：每种情况都有错误码和给用户看的提示。',
    },
    recipe: { en: 'A platform that is busy, slow, or does not answer', zh: '平台繁忙、缓慢，或不响应' },
    steps: [
      { phone: 'qq', press: 'login', person: 'larry', fault: 'busy', expect: 'platform_busy' },
      { phone: 'baidu', press: 'login', person: 'larry', fault: 'rate_limited', expect: 'platform_rate_limited' },
      { phone: 'xiaohongshu', press: 'login', person: 'larry', fault: 'html', expect: 'platform_failed' },
      { phone: 'kuaishou', press: 'login', person: 'larry', fault: 'slow' },
      { phone: 'bytedance', press: 'login', person: 'larry', fault: 'hang', expect: 'platform_timeout' },
    ],
  },
  {
    id: 'phone-trouble',
    title: { en: 'A phone in trouble', zh: '手机出故障' },
    intro: {
      en: 'No network, or a host app that never calls back: the client ends the wait with its own error.',
      zh: '没有网络，或宿主 App 一直不回调：客户端会以自己的错误码结束等待。',
    },
    steps: [
      { phone: 'alipay', press: 'login', person: 'larry', fault: 'offline', expect: '600' },
      { phone: 'wechat', press: 'login', person: 'larry', fault: 'silent_host', expect: '601' },
    ],
  },
  {
    id: 'tampered',
    title: { en: 'Data that must not be trusted', zh: '不可信的数据' },
    intro: {
      en: 'The app passes the host’s data on, and the server checks it: signature, key and person.',
      zh: '应用只负责转交宿主的数据，服务器会核对签名、密钥和所属的人。',
    },
    recipe: { en: 'Data that must not be trusted', zh: '不可信的数据' },
    steps: [
      { phone: 'wechat', press: 'profile', person: 'larry', consent: 'allow', fault: 'bad_signature', expect: 'signature_invalid' },
      { phone: 'qq', press: 'profile', person: 'larry', consent: 'allow', fault: 'another_person', expect: 'sealed_data_invalid' },
      { phone: 'kuaishou', press: 'phone', person: 'larry', consent: 'allow', fault: 'stale_key', expect: 'sealed_data_invalid' },
    ],
  },
  {
    id: 'invalid',
    title: {
      en: 'A request that does not fit',
      zh: '不符合契约的请求',
    },
    intro: {
      en: 'Mei types an address without an @. The answer names the field and says what it must look like.',
      zh: 'Mei 填的邮箱没有 @。响应会指出是哪个字段，以及正确的格式。',
    },
    recipe: {
      en: 'A request that does not fit',
      zh: '不符合契约的请求',
    },
    steps: [
      { phone: 'baidu', press: 'login', person: 'mei' },
      { phone: 'baidu', press: 'mail', fault: 'mistypes', expect: 'request_invalid' },
    ],
  },
  {
    id: 'attempts',
    title: {
      en: 'Too many attempts',
      zh: '尝试次数过多',
    },
    intro: {
      en: 'Ten wrong passwords are enough. After that even the right one has to wait, which stops people who guess.',
      zh: '输错十次密码之后，即使输对也要等待，猜密码的人就此止步。',
    },
    recipe: {
      en: 'Too many attempts',
      zh: '尝试次数过多',
    },
    steps: [
      { phone: 'wechat', press: 'login', person: 'larry' },
      { phone: 'wechat', press: 'register' },
      ...Array.from(
        { length: 10 },
        (): StoryStep => ({ phone: 'web', press: 'password_login', person: 'larry', fault: 'mistypes', expect: 'credentials_invalid' }),
      ),
      { phone: 'web', press: 'password_login', expect: 'rate_limited' },
    ],
  },
  {
    id: 'blocked',
    title: {
      en: 'Not let in',
      zh: '不让登录',
    },
    intro: {
      en: 'Platforms refuse people whom they take for a risk. And an app with a wrong client id lets no one in.',
      zh: '平台会拦截它认为有风险的人；client id 写错的应用，谁也登录不了。',
    },
    recipe: {
      en: 'A person whom the platform blocks, a login method that is off, a client id that is wrong',
      zh: '被平台风控的人、未启用的登录方式、错误的 client id',
    },
    steps: [
      { phone: 'wechat', press: 'login', person: 'blocked', expect: 'person_blocked' },
      { phone: 'kuaishou', press: 'login', person: 'blocked', expect: 'person_blocked' },
      { phone: 'qq', press: 'login', person: 'larry', fault: 'wrong_client', expect: 'client_unknown' },
    ],
  },
  {
    id: 'ban',
    title: {
      en: 'Banned by an operator',
      zh: '被运营人员封禁',
    },
    intro: {
      en: 'No session and no login works until the ban ends. Then everything is as it was.',
      zh: '封禁期间，任何会话和登录都会被拒绝；解除之后，一切恢复原样。',
    },
    recipe: {
      en: 'A ban, and a person whom the platform blocks',
      zh: '封禁，以及被平台拦截的人',
    },
    accounts: 1,
    steps: [
      { phone: 'qq', press: 'login', person: 'mei' },
      { phone: 'qq', press: 'ban' },
      { phone: 'qq', press: 'name', expect: 'user_banned' },
      { phone: 'qq', press: 'login', expect: 'user_banned' },
      { phone: 'qq', press: 'unban' },
      { phone: 'qq', press: 'login' },
    ],
  },
];
