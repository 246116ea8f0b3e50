import type { MessageLanguage } from '../messages.ts';
import type { Fault } from './faults.ts';
import type { Press } from './steps.ts';

export type Language = MessageLanguage;

export interface Texts {
  product: string;
  title: string;
  headline: string;
  intro: string;
  skip: string;
  reference: string;
  referencePath: string;
  recipes: string;
  recipesPath: string;
  otherLanguage: string;
  theme: string;
  themes: { auto: string; light: string; dark: string };
  playHeadline: string;
  allStories: string;
  share: string;
  shared: string;
  startOver: string;
  phones: string;
  phoneOf(platform: string): string;
  holder: string;
  goesWrong: string;
  stranger: string;
  newcomer: string;
  loggedOut: string;
  user: string;
  noName: string;
  more: string;
  linkTo(platform: string): string;
  unlinkFrom(platform: string): string;
  running: string;
  worked: Record<Press, string>;
  presses: Record<Press, string>;
  faults: Record<Fault, string>;
  dialog: { profile: string; phone: string; app: string; allow: string; decline: string };
  merge: { title: string; text: string; choose: string; mine: string; theirs: string; merge: string; keepApart: string };
  accounts: string;
  counts(logins: number, accounts: number): string;
  noAccounts: string;
  person: string;
  logsInWith: string;
  phoneNumber: string;
  closing: string;
  makeOne: string;
  oneAccount: string;
  exchange: string;
  noExchange: string;
  history: string;
  tabs: { exchange: string; shim: string; curl: string; typescript: string };
  app: string;
  host: string;
  server: string;
  platform: string;
  noCallback: string;
  noAnswer: string;
  headers: string;
  body: string;
  answer: string;
  operation: string;
  noRequest: string;
  person_sees: string;
  developer_gets: string;
  inbox: string;
  noMessages: string;
  sms(to: string, code: string): string;
  stories: string;
  storiesIntro: string;
  play: string;
  pause: string;
  resume: string;
  stop: string;
  again: string;
  step(index: number, count: number): string;
  done: string;
  recipe: string;
  sharedSteps: string;
  badLink: string;
  copy: string;
  copied: string;
}

const en: Texts = {
  product: 'Mini-program login',
  title: 'Playground',
  headline: 'One person, every platform, one account',
  intro:
    'Eight phones run the real client of each platform against this server. The sandbox plays the platforms and the people; nothing leaves your machine.',
  skip: 'Skip to the phones',
  reference: 'Reference',
  referencePath: '../docs',
  recipes: 'Recipes',
  recipesPath: '../docs/recipes',
  otherLanguage: '中文',
  theme: 'Colours',
  themes: { auto: 'Auto', light: 'Light', dark: 'Dark' },
  playHeadline: 'Eight logins, one account',
  allStories: 'All stories',
  share: 'Copy link to this',
  shared: 'Link copied',
  startOver: 'Start over',
  phones: 'Phones',
  phoneOf: (platform) => `${platform} phone`,
  holder: 'Held by',
  goesWrong: 'What goes wrong',
  stranger: 'Sam, whom the app does not register',
  newcomer: 'new',
  loggedOut: 'Not logged in',
  user: 'User',
  noName: 'No name yet',
  more: 'More',
  linkTo: (platform) => `Link with ${platform}`,
  unlinkFrom: (platform) => `Unlink ${platform}`,
  running: 'One moment …',
  presses: {
    login: 'Log in',
    profile: 'Share profile',
    phone: 'Phone number',
    link: 'Link',
    link_all: 'Link them all',
    unlink: 'Unlink',
    refresh: 'Refresh session',
    sms: 'Send an SMS code',
    sms_login: 'Log in with the SMS code',
    mail: 'Verify an e-mail address',
    register: 'Set a username and password',
    name: 'Change the name',
    withdraw: 'Withdraw the profile',
    password_login: 'Log in with the password',
    close: 'Close the account',
    keep: 'Keep the account',
    logout: 'Log out',
  },
  worked: {
    login: 'Logged in',
    profile: 'Profile saved',
    phone: 'Number verified',
    link: 'Linked',
    link_all: 'All linked',
    unlink: 'Unlinked',
    refresh: 'Session refreshed',
    sms: 'Code sent: see the inbox',
    sms_login: 'Logged in by SMS',
    mail: 'Mail sent: see the inbox',
    register: 'Password set',
    name: 'Name changed',
    withdraw: 'Withdrawn at the platform',
    password_login: 'Logged in',
    close: 'Closes in seven days',
    keep: 'The account stays open',
    logout: 'Logged out',
  },
  faults: {
    none: 'Nothing',
    used_code: 'The login code was used already',
    busy: 'The platform is busy',
    rate_limited: 'The platform limits the app',
    slow: 'The platform is slow',
    html: 'The platform answers with a web page',
    hang: 'The platform never answers (5 s)',
    declines: 'The person declines every dialog',
    mistypes: 'The person types something wrong',
    placeholder: 'The platform hides the profile',
    bad_signature: 'The data was tampered with',
    stale_key: 'The data is sealed with an old key',
    another_person: 'The data is another person’s',
    offline: 'The phone is offline',
    silent_host: 'The host app never calls back',
  },
  dialog: {
    profile: 'would like your nickname and picture',
    phone: 'would like your phone number',
    app: 'The demo app',
    allow: 'Allow',
    decline: 'Decline',
  },
  merge: {
    title: 'You have two accounts',
    text: 'Make them one? The other account’s logins will open this one.',
    choose: 'Keep which?',
    mine: 'This account',
    theirs: 'The other one',
    merge: 'Merge',
    keepApart: 'Keep apart',
  },
  accounts: 'Accounts on the server',
  counts: (logins, accounts) => `${logins} ${logins === 1 ? 'login' : 'logins'}, ${accounts} ${accounts === 1 ? 'account' : 'accounts'}`,
  noAccounts: 'None yet. Log in on a phone.',
  person: 'Person',
  logsInWith: 'Logs in with',
  phoneNumber: 'Number',
  closing: 'closing',
  makeOne: 'Link them: make one account',
  oneAccount: 'One account, whichever phone.',
  exchange: 'What just happened',
  noExchange: 'Press a button on a phone. Every request and answer appears here.',
  history: 'Earlier presses',
  tabs: { exchange: 'Exchange', shim: 'App code', curl: 'curl', typescript: 'TypeScript' },
  app: 'App',
  host: 'Host app',
  server: 'Server',
  platform: 'Platform',
  noCallback: 'never called back',
  noAnswer: 'no answer',
  headers: 'Headers',
  body: 'Request',
  answer: 'Answer',
  operation: 'all its answers',
  noRequest: 'The app sent no request.',
  person_sees: 'The person sees',
  developer_gets: 'The app gets',
  inbox: 'Inbox',
  noMessages: 'No SMS or mail yet.',
  sms: (to, code) => `SMS to ${to}: your code is ${code}`,
  stories: 'Stories',
  storiesIntro: 'Each plays by itself, with new people, and shows what the apps, the server and the platforms say to each other.',
  play: 'Play',
  pause: 'Pause',
  resume: 'Continue',
  stop: 'Close',
  again: 'Play again',
  step: (index, count) => `Step ${index} of ${count}`,
  done: 'The end. Now press the buttons yourself.',
  recipe: 'Recipe',
  sharedSteps: 'A shared story',
  badLink: 'This link names no story. It may have been cut off.',
  copy: 'Copy',
  copied: 'Copied',
};

const zh: Texts = {
  product: '小程序登录',
  title: '演练场',
  headline: '一个人，所有平台，一个账号',
  intro: '八部手机运行各平台真实的客户端代码，连接的就是本服务器。平台和用户由沙箱扮演，任何数据都不会离开你的电脑。',
  skip: '跳到手机',
  reference: '接口文档',
  referencePath: '../docs/zh-CN',
  recipes: '示例手册',
  recipesPath: '../docs/recipes.zh-CN',
  otherLanguage: 'English',
  theme: '配色',
  themes: { auto: '自动', light: '浅色', dark: '深色' },
  playHeadline: '八次登录，一个账号',
  allStories: '全部演示',
  share: '复制当前操作的链接',
  shared: '链接已复制',
  startOver: '重新开始',
  phones: '手机',
  phoneOf: (platform) => `${platform}手机`,
  holder: '使用者',
  goesWrong: '模拟故障',
  stranger: 'Sam（应用不为他注册）',
  newcomer: '新用户',
  loggedOut: '未登录',
  user: '用户',
  noName: '还没有昵称',
  more: '更多',
  linkTo: (platform) => `关联到${platform}的账号`,
  unlinkFrom: (platform) => `解除${platform}关联`,
  running: '请稍候…',
  presses: {
    login: '登录',
    profile: '授权头像昵称',
    phone: '手机号',
    link: '关联',
    link_all: '全部关联',
    unlink: '解除关联',
    refresh: '刷新会话',
    sms: '发送短信验证码',
    sms_login: '用短信验证码登录',
    mail: '验证邮箱',
    register: '设置用户名和密码',
    name: '修改昵称',
    withdraw: '撤回资料授权',
    password_login: '用密码登录',
    close: '注销账号',
    keep: '取消注销',
    logout: '退出登录',
  },
  worked: {
    login: '登录成功',
    profile: '资料已保存',
    phone: '手机号已验证',
    link: '关联成功',
    link_all: '已全部关联',
    unlink: '已解除关联',
    refresh: '会话已刷新',
    sms: '验证码已发送，见收件箱',
    sms_login: '短信登录成功',
    mail: '邮件已发送，见收件箱',
    register: '密码已设置',
    name: '昵称已修改',
    withdraw: '已在平台上撤回授权',
    password_login: '登录成功',
    close: '账号将在七天后注销',
    keep: '账号已保留',
    logout: '已退出登录',
  },
  faults: {
    none: '无',
    used_code: '登录 code 已被使用',
    busy: '平台繁忙',
    rate_limited: '平台限制了应用的调用频率',
    slow: '平台响应很慢',
    html: '平台返回了网页',
    hang: '平台一直不响应（5 秒）',
    declines: '用户拒绝所有授权',
    mistypes: '用户输入错误或违规内容',
    placeholder: '平台隐藏了真实资料',
    bad_signature: '数据被篡改',
    stale_key: '数据用旧密钥加密',
    another_person: '数据属于另一个人',
    offline: '手机没有网络',
    silent_host: '宿主 App 一直不回调',
  },
  dialog: { profile: '申请获取你的头像和昵称', phone: '申请获取你的手机号', app: '示例应用', allow: '允许', decline: '拒绝' },
  merge: {
    title: '你有两个账号',
    text: '要合并吗？合并后，另一个账号的登录方式都会进入当前账号。',
    choose: '保留哪一个？',
    mine: '当前账号的',
    theirs: '另一个账号的',
    merge: '合并',
    keepApart: '不合并',
  },
  accounts: '服务器上的账号',
  counts: (logins, accounts) => `${logins} 个登录，${accounts} 个账号`,
  noAccounts: '还没有账号。在任意一部手机上登录试试。',
  person: '使用者',
  logsInWith: '登录方式',
  phoneNumber: '手机号',
  closing: '注销中',
  makeOne: '关联成一个账号',
  oneAccount: '无论用哪部手机，都是同一个账号。',
  exchange: '刚才发生了什么',
  noExchange: '点击手机上的任意按钮，这里会显示每一次请求和响应。',
  history: '之前的操作',
  tabs: { exchange: '请求与响应', shim: '应用代码', curl: 'curl', typescript: 'TypeScript' },
  app: '应用',
  host: '宿主 App',
  server: '服务器',
  platform: '平台',
  noCallback: '一直没有回调',
  noAnswer: '没有响应',
  headers: '请求头',
  body: '请求',
  answer: '响应',
  operation: '全部响应',
  noRequest: '应用没有发出请求。',
  person_sees: '用户看到',
  developer_gets: '应用得到',
  inbox: '收件箱',
  noMessages: '还没有短信或邮件。',
  sms: (to, code) => `发往 ${to} 的短信：验证码 ${code}`,
  stories: '演示',
  storiesIntro: '每个演示都会用新的用户自动播放，并显示应用、服务器和平台之间的往来。',
  play: '播放',
  pause: '暂停',
  resume: '继续',
  stop: '关闭',
  again: '再播一次',
  step: (index, count) => `第 ${index} 步，共 ${count} 步`,
  done: '演示结束。现在可以自己点一点了。',
  recipe: '示例手册',
  sharedSteps: '分享的操作',
  badLink: '这个链接不是有效的演示，可能不完整。',
  copy: '复制',
  copied: '已复制',
};

export const texts: Record<Language, Texts> = { en, zh };
