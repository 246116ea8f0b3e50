import { platformNames } from './platforms.ts';
import type { Step } from './steps.ts';

type Both = Record<'en' | 'zh', string>;

/** A step, with its outcome: `ok` if absent, otherwise the server's error code or the client's own number. */
export interface StoryStep extends Step {
  expect?: string;
}

export interface Story {
  id: string;
  title: Both;
  intro: Both;
  /** The heading of the recipe that it shows. */
  recipe?: Both;
  steps: StoryStep[];
}

/** The stories; the first is offered first. */
export const stories: readonly Story[] = [
  {
    id: 'one-account',
    title: { en: 'Eight logins, one account', zh: '八次登录，一个账号' },
    intro: {
      en: 'Larry opens the app on every platform: eight accounts, because no platform knows the others. He links them, and whatever he shares on one phone is on all.',
      zh: 'Larry 在每个平台上打开应用：平台之间互不相识，所以产生八个账号。关联之后成为一个账号，在任何一部手机上更新资料，其他手机都能看到。',
    },
    steps: [
      ...platformNames.map((phone): StoryStep => ({ phone, press: 'login', person: 'larry' })),
      { phone: 'wechat', press: 'link_all' },
      { phone: 'wechat', press: 'profile', consent: 'allow' },
    ],
  },
  {
    id: 'stay',
    title: { en: 'Log in, and stay logged in', zh: '登录并保持登录' },
    intro: { en: 'Silent login, log out, and the same account again.', zh: '静默登录，退出，再次登录仍是同一个账号。' },
    recipe: { en: 'Log in as someone, and stay logged in', zh: '以某个用户的身份登录，并保持登录' },
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
    id: 'phone',
    title: { en: 'One number, one account', zh: '同一个手机号，同一个账号' },
    intro: {
      en: 'A number that a platform verified leads to the account that has it. Three platforms, one account, and no link was pressed.',
      zh: '平台验证过的手机号会进入拥有它的账号。三个平台，一个账号，不需要点关联。',
    },
    recipe: { en: 'Log in with the phone number', zh: '用手机号登录' },
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
    id: 'password',
    title: { en: 'Link by password', zh: '通过密码关联' },
    intro: {
      en: 'An account with a username and password opens everywhere, and any platform can be linked to it.',
      zh: '有用户名和密码的账号可以在任何平台登录，并关联该平台。',
    },
    recipe: { en: 'A wrong password, a wrong SMS code, a name that is taken', zh: '密码错误、短信验证码错误、名称已被占用' },
    steps: [
      { phone: 'wechat', press: 'login', person: 'larry' },
      { phone: 'wechat', press: 'register' },
      { phone: 'baidu', press: 'password_login', person: 'larry', fault: 'mistypes', expect: 'credentials_invalid' },
      { phone: 'baidu', press: 'password_login' },
      { phone: 'baidu', press: 'link' },
    ],
  },
  {
    id: 'name',
    title: { en: 'A name, and one that WeChat refuses', zh: '改昵称，以及被微信判为违规的昵称' },
    intro: {
      en: 'The person chooses a name. In WeChat’s sessions the server asks WeChat whether it is proper before it is stored.',
      zh: '用户自己填写昵称。在微信的会话中，服务器保存之前会先请微信检查内容。',
    },
    recipe: { en: 'Choose a picture and a name, and have WeChat refuse them', zh: '选择头像和昵称，被微信判为违规' },
    steps: [
      { phone: 'wechat', press: 'login', person: 'mei' },
      { phone: 'wechat', press: 'name' },
      { phone: 'wechat', press: 'name', fault: 'mistypes', expect: 'content_refused' },
    ],
  },
  {
    id: 'withdraw',
    title: { en: 'Consent withdrawn at the platform', zh: '在平台上撤回授权' },
    intro: {
      en: 'The person takes the profile back in the settings of the host app. The platform tells the server, which deletes it.',
      zh: '用户在宿主 App 的设置里撤回资料授权，平台通知服务器，服务器随即删除资料。',
    },
    recipe: { en: 'Withdraw consent, or close the account at the platform', zh: '撤回授权，或注销平台账号' },
    steps: [
      { phone: 'wechat', press: 'profile', person: 'larry', consent: 'allow' },
      { phone: 'wechat', press: 'withdraw' },
    ],
  },
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
    id: 'link-refused',
    title: { en: 'A link that is refused', zh: '被拒绝的关联' },
    intro: {
      en: 'Mei’s QQ has its own account. It is not linked to Larry’s unless the two accounts are merged.',
      zh: 'Mei 的 QQ 已有自己的账号。除非合并两个账号，否则不能关联到 Larry 的账号。',
    },
    recipe: { en: 'Link a platform to an account, and to another one', zh: '把平台关联到一个账号，再关联到另一个' },
    steps: [
      { phone: 'wechat', press: 'login', person: 'larry' },
      { phone: 'qq', press: 'login', person: 'mei' },
      { phone: 'qq', press: 'link', other: 'wechat', merge: false, expect: 'identity_taken' },
    ],
  },
  {
    id: 'merge',
    title: { en: 'Merge two accounts', zh: '合并两个账号' },
    intro: {
      en: 'Larry used the app on two platforms before he linked them. Linking finds the second account and merges it.',
      zh: 'Larry 先后在两个平台上用了应用，之后才关联。关联时发现第二个账号，并把它合并进来。',
    },
    recipe: { en: 'Merge two accounts of one person', zh: '合并同一个人的两个账号' },
    steps: [
      { phone: 'wechat', press: 'profile', person: 'larry', consent: 'allow' },
      { phone: 'jd', press: 'profile', person: 'larry', consent: 'allow' },
      { phone: 'jd', press: 'link', other: 'wechat', merge: true },
    ],
  },
  {
    id: 'unlink',
    title: { en: 'Unlink, but not the last way in', zh: '解除关联，但要留一种登录方式' },
    intro: {
      en: 'The only login of an account cannot be taken away. With a second one it can.',
      zh: '账号唯一的登录方式不能解除；有第二种登录方式时就可以。',
    },
    steps: [
      { phone: 'wechat', press: 'login', person: 'mei' },
      { phone: 'wechat', press: 'unlink', other: 'wechat', expect: 'last_way_in' },
      { phone: 'qq', press: 'link', person: 'mei', other: 'wechat' },
      { phone: 'wechat', press: 'unlink', other: 'qq' },
    ],
  },
  {
    id: 'close',
    title: { en: 'Close an account, and think better of it', zh: '注销账号，又改变主意' },
    intro: { en: 'The account closes after seven days, unless the person cancels.', zh: '账号七天后注销，期间可以取消。' },
    steps: [
      { phone: 'xiaohongshu', press: 'login', person: 'new-1' },
      { phone: 'xiaohongshu', press: 'close' },
      { phone: 'xiaohongshu', press: 'keep' },
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
];
