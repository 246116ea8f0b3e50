import type { Story } from './story.ts';

/** Accounts that are linked, merged, changed and closed. */
export const accountStories: readonly Story[] = [
  {
    id: 'password',
    title: { en: 'Link by password', zh: '通过密码关联' },
    intro: {
      en: 'An account with a username and password opens everywhere, and any platform can be linked to it.',
      zh: '有用户名和密码的账号可以在任何平台登录，并关联该平台。',
    },
    recipe: { en: 'A wrong password, a wrong SMS code, a name that is taken', zh: '密码错误、短信验证码错误、名称已被占用' },
    accounts: 1,
    steps: [
      { phone: 'wechat', press: 'login', person: 'larry' },
      { phone: 'wechat', press: 'register' },
      { phone: 'baidu', press: 'password_login', person: 'larry', fault: 'mistypes', expect: 'credentials_invalid' },
      { phone: 'baidu', press: 'password_login' },
      { phone: 'baidu', press: 'link' },
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
    accounts: 2,
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
    accounts: 1,
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
    id: 'sessions',
    title: {
      en: 'Log out everywhere else',
      zh: '退出其他设备',
    },
    intro: {
      en: 'Larry ends his other sessions on WeChat. The web page finds out at its next request. QQ never had a session, so its client asks no server.',
      zh: 'Larry 在微信里退出其他设备。网页在下一次请求时才发现会话已失效。QQ 从未登录过，客户端不会发出请求。',
    },
    recipe: {
      en: 'A session that is over, or missing',
      zh: '会话已过期，或没有会话',
    },
    accounts: 1,
    steps: [
      { phone: 'wechat', press: 'login', person: 'larry' },
      { phone: 'wechat', press: 'register' },
      { phone: 'web', press: 'password_login', person: 'larry' },
      { phone: 'wechat', press: 'end_others' },
      { phone: 'web', press: 'name', expect: 'session_invalid' },
      { phone: 'qq', press: 'name', person: 'larry', expect: '604' },
    ],
  },
  {
    id: 'number-moves',
    title: {
      en: 'A number that changed hands',
      zh: '换了机主的手机号',
    },
    intro: {
      en: 'Larry gives up his number, and the carrier gives it to Mei. Once her platform vouches for it, it is hers, and his account no longer has it.',
      zh: 'Larry 停用了号码，运营商把它分配给 Mei。平台确认后号码归 Mei，Larry 的账号不再有这个号码。',
    },
    recipe: {
      en: 'A phone number that changed hands',
      zh: '手机号更换了机主',
    },
    accounts: 2,
    steps: [
      { phone: 'kuaishou', press: 'login', person: 'larry' },
      { phone: 'kuaishou', press: 'phone', consent: 'allow' },
      { phone: 'xiaohongshu', press: 'login', person: 'mei' },
      { phone: 'xiaohongshu', press: 'take_number', other: 'kuaishou' },
      { phone: 'xiaohongshu', press: 'phone', consent: 'allow' },
    ],
  },
  {
    id: 'number-taken',
    title: {
      en: 'A number that is someone’s only login',
      zh: '别人唯一登录方式的手机号',
    },
    intro: {
      en: 'Larry logs in with SMS codes alone. His number does not move to Mei, because he would be locked out.',
      zh: 'Larry 只用短信验证码登录。号码不会转给 Mei，否则 Larry 再也进不去自己的账号。',
    },
    recipe: {
      en: 'A phone number that another user has, or that may not be replaced',
      zh: '手机号属于别人，或不允许替换',
    },
    accounts: 2,
    steps: [
      { phone: 'qq', press: 'sms', person: 'larry' },
      { phone: 'qq', press: 'sms_login' },
      { phone: 'wechat', press: 'login', person: 'mei' },
      { phone: 'wechat', press: 'take_number', other: 'qq' },
      { phone: 'wechat', press: 'phone', consent: 'allow', expect: 'phone_sole_login' },
    ],
  },
  {
    id: 'open-id',
    title: {
      en: 'Alipay switches an app to open_id',
      zh: '支付宝把应用切换到 open_id',
    },
    intro: {
      en: 'Alipay moves apps from user_id to open_id. The server knows the person by either, so the account stays the same.',
      zh: '支付宝正在把应用从 user_id 切换到 open_id。服务器认得两种 ID，账号始终是同一个。',
    },
    recipe: {
      en: 'Alipay switches an app to open_id',
      zh: '支付宝把应用切换到 open_id',
    },
    accounts: 1,
    steps: [
      { phone: 'alipay', press: 'alipay_user_id', person: 'mei' },
      { phone: 'alipay', press: 'login' },
      { phone: 'alipay', press: 'logout' },
      { phone: 'alipay', press: 'alipay_both_ids' },
      { phone: 'alipay', press: 'login' },
      { phone: 'alipay', press: 'logout' },
      { phone: 'alipay', press: 'alipay_open_id' },
      { phone: 'alipay', press: 'login' },
    ],
  },
  {
    id: 'withdraw',
    title: { en: 'Consent withdrawn, WeChat account closed', zh: '撤回授权，注销微信' },
    intro: {
      en: 'Larry takes the profile back in the settings of WeChat, and later closes his WeChat account. WeChat reports both to the server, which deletes what came from it. His password still opens the account.',
      zh: 'Larry 在微信设置里撤回资料授权，后来又注销了微信。微信把两件事都通知服务器，服务器删除来自微信的数据。账号仍可用密码登录。',
    },
    recipe: { en: 'Withdraw consent, or close the account at the platform', zh: '撤回授权，或注销平台账号' },
    accounts: 1,
    steps: [
      { phone: 'wechat', press: 'profile', person: 'larry', consent: 'allow' },
      { phone: 'wechat', press: 'withdraw' },
      { phone: 'wechat', press: 'register' },
      { phone: 'wechat', press: 'leave_platform' },
      { phone: 'qq', press: 'password_login', person: 'larry' },
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
];
