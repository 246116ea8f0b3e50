/** Output of `npm run demo`, by language. */
export const demoTexts = {
  en: {
    usage: `npm run demo -- [--url URL] [--lang LANGUAGE] [--help]

  --url      a server with a sandbox; if absent, that of npm start or a temporary one
  --lang     en or zh-CN; the system's language if absent
  --help     this text`,
    title: 'One person, every platform, one account',
    ownServer: (usual: string) => `No sandbox answers at ${usual} (npm start); starting a temporary server.\n`,
    noSandbox: (origin: string) => `No server with a sandbox answers at ${origin}.`,
    noServer: 'The server did not start.',
    firstLogin: 'Larry opens the app on WeChat for the first time and is logged in:',
    newAccount: (id: number) => `new account ${id}`,
    links: 'The other platforms do not know him yet (404 identity_not_found), so the app links each to his account:',
    linked: 'unknown, now linked',
    logins: 'From now on he is logged in on each of them, and is always the same user:',
    differs: 'This should be the same account as on WeChat.',
    end: 'One login on each, one account. The same with curl is in README.md.',
  },
  zh: {
    usage: `npm run demo -- [--url URL] [--lang LANGUAGE] [--help]

  --url      带沙箱的服务的地址；省略时使用 npm start 启动的服务，没有则临时启动一个
  --lang     en 或 zh-CN；省略时使用系统语言
  --help     显示本说明`,
    title: '一个人、各个平台、一个账号',
    ownServer: (usual: string) => `${usual} 上没有运行沙箱（npm start），临时启动一个服务。\n`,
    noSandbox: (origin: string) => `${origin} 上没有带沙箱的服务。`,
    noServer: '服务启动失败。',
    firstLogin: 'Larry 第一次在微信中打开应用，静默登录：',
    newAccount: (id: number) => `新账号 ${id}`,
    links: '其他平台还不认识他（404 identity_not_found），应用把各平台关联到他的账号：',
    linked: '未注册，现已关联',
    logins: '此后在任一平台登录，都是同一个用户：',
    differs: '这里应当与微信是同一个账号。',
    end: '各登录一次，同一个账号。用 curl 的写法见 README.zh-CN.md。',
  },
};
