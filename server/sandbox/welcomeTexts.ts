import type { Text } from '../errors.ts';

/** A request and its effect. Code is in backticks, as in Markdown. */
const request = (code: string, { en, zh }: Text): Text => ({ en: `\`${code}\` – ${en}`, zh: `\`${code}\`：${zh}` });

export const title: Text = { en: 'Sandbox', zh: '沙箱' };
const recipes: Text = { en: 'docs/recipes#the-server-with-its-sandbox', zh: 'docs/recipes.zh-CN#带沙箱的服务' };
export const introduction = (platforms: readonly string[]): Text => ({
  en: `It simulates ${platforms.join(', ')}. The app is \`X-Hydrogen-Client-ID: sandbox\`. Anyone can log in as anyone here.
The <a href="playground/?lang=en">playground</a> has a phone of each platform to try it with.
<a href="${recipes.en}">Recipes</a> show all of it at work.`,
  zh: `模拟 ${platforms.join('、')}。应用是 \`X-Hydrogen-Client-ID: sandbox\`。在这里，任何人都可以用任何人的身份登录。<a href="playground/?lang=zh">演练场</a>中每个平台有一部手机，可以直接试用；<a href="${recipes.zh}">示例手册</a>演示全部用法。`,
});

export const acting: Text = { en: 'Act as a person', zh: '以某个人的身份操作' };
export const names: Text = {
  en: 'The same name is always the same person; `larry`, `mei` and `ada` have full profiles.',
  zh: '相同的名称始终是同一个人；`larry`、`mei`、`ada` 有完整的资料。',
};
export const actions: readonly Text[] = [
  request('POST /sandbox/{platform}/login {"person": "larry"}', {
    en: 'returns a login code, as the host\'s `login()` does; with `"used": true` one that was exchanged before. The developer tools\' mock code, `the code is a mock one`, logs in the person `developer`',
    zh: '返回登录 code，相当于宿主的 `login()`；加上 `"used": true` 时返回已经用过的 code。开发者工具的模拟 code（`the code is a mock one`）登录的是 `developer`',
  }),
  request('POST /sandbox/{platform}/profile {"person": "larry"}', {
    en: "returns the result of `getUserInfo`, sealed like the platform's",
    zh: '返回 `getUserInfo` 的结果，加密方式与平台相同',
  }),
  request('POST /sandbox/{platform}/phone {"person": "larry"}', {
    en: 'returns the result of the phone button (WeChat, Kuaishou, Alipay, ByteDance, Xiaohongshu)',
    zh: '返回手机号按钮的结果（微信、快手、支付宝、字节跳动、小红书）',
  }),
  request('PUT /sandbox/person {"person": "larry", "nickname": "Lars"}', {
    en: 'changes the person on every platform; with `"declines": true` the person declines to share profile and phone, with `"anonymous": true` hosts return a placeholder profile, as WeChat does for everyone since 2022',
    zh: '修改这个人在所有平台上的资料；`"declines": true` 表示拒绝授权资料和手机号，`"anonymous": true` 表示宿主返回占位资料（微信自 2022 年起对所有人如此）',
  }),
  {
    en: 'WeChat, QQ and Kuaishou block people whose names begin with `blocked`: no code of theirs is exchanged',
    zh: '名称以 `blocked` 开头的人被微信、QQ 和快手风控：他们的 code 都换不到身份',
  },
  request('PUT /sandbox/ban {"user": 61736923, "banned": true}', {
    en: "bans a user of the sandbox's app, as an operator does by `npm run admin -- ban-user`; `false` ends the ban",
    zh: '封禁沙箱应用的一个用户，相当于运维人员执行 `npm run admin -- ban-user`；`false` 为解封',
  }),
  request('POST /sandbox/{platform}/push {"person": "larry", "event": "revoke", "data": "profile"}', {
    en: 'pushes to this server that the person withdrew the profile, nickname, avatar or phone number, or (`"event": "cancel"`, WeChat) closed the account at the platform (WeChat, Kuaishou, ByteDance)',
    zh: '向本服务推送：这个人撤回了资料、昵称、头像或手机号的授权，或（`"event": "cancel"`，微信）注销了平台账号（微信、快手、字节跳动）',
  }),
  request('POST /sandbox/bytedance/login {"person": "larry", "host_app": "toutiao"}', {
    en: 'as on another host app, where the person has another openid; with `"signed_out": true` it returns an `anonymousCode` only',
    zh: '相当于在另一个宿主 App 中登录，openid 不同；加上 `"signed_out": true` 时只返回 `anonymousCode`',
  }),
  request('POST /sandbox/wechat/ticket {}', {
    en: "pushes a ticket of WeChat's third-party platform `sandbox-component`, for apps with `component` instead of a secret",
    zh: '推送微信第三方平台 `sandbox-component` 的 ticket，供以 `component` 代替 secret 的应用使用',
  }),
  request('POST /sandbox/wechat/push {"person": "larry", "event": "picture", "verdict": "risky"}', {
    en: "pushes the verdict on the person's latest picture: `pass`, `review`, `risky` or `failed`. A nickname with `违规` in it is refused at once",
    zh: '推送对这个人最新头像的检测结果：`pass`、`review`、`risky` 或 `failed`。含有 `违规` 的昵称会立即被拒绝',
  }),
  request('PUT /sandbox/alipay/ids {"ids": ["user_id"]}', {
    en: 'sets which of `open_id`, `user_id` and `union_id` Alipay reports from then on, as when it switches an app to `open_id`',
    zh: '设置支付宝此后返回 `open_id`、`user_id`、`union_id` 中的哪几个，模拟应用切换到 `open_id`',
  }),
  {
    en: '<a href="sandbox/scan">Scan to log in</a> – plays both sides of a scan login: a web page, and the phone that scans its code',
    zh: '<a href="sandbox/scan">扫码登录</a>：同时扮演扫码登录的两方，即网页和扫码的手机',
  },
  {
    en: "The people `rascal` and `rogue` have WeChat's risk ranks 4 and 3, everyone else 0 (`risk` in `APPS_FILE`)",
    zh: '`rascal` 和 `rogue` 在微信的风险等级是 4 和 3，其他人都是 0（`APPS_FILE` 中的 `risk`）',
  },
  {
    en: 'Numbers like `17000001234` and names that begin with `suspicious` must answer a challenge (`X-Challenge-Response: 4`); `17100001234` and `hopeless…` are denied',
    zh: '`17000001234` 这样的号码，以及以 `suspicious` 开头的用户名，须先完成验证（`X-Challenge-Response: 4`）；`17100001234` 和 `hopeless…` 会被拒绝',
  },
  {
    en: "`GET /sandbox/oauth-wechat-web/connect/qrconnect`, `GET /sandbox/oauth-wechat-mp/connect/oauth2/authorize` – WeChat's pages of a web login, to which `createWebLogin` leads; `person=larry` in the address agrees at once, `deny=1` declines, and `preview=1` is WeChat's preview mode",
    zh: '`GET /sandbox/oauth-wechat-web/connect/qrconnect`、`GET /sandbox/oauth-wechat-mp/connect/oauth2/authorize`：网页登录时的微信页面，由 `createWebLogin` 给出；地址中的 `person=larry` 表示立即同意，`deny=1` 表示拒绝，`preview=1` 表示微信的预览模式',
  },
  {
    en: '`GET /sandbox/sms/{phone}`, `GET /sandbox/mail/{address}` – returns the latest message',
    zh: '`GET /sandbox/sms/{phone}`、`GET /sandbox/mail/{address}`：返回最近一条短信、邮件',
  },
  request('GET /sandbox/exchanges?request_id=…', {
    en: "returns this server's calls to the simulated platforms for a request, which answers with its `X-Request-Id`",
    zh: '返回本服务为某个请求调用模拟平台的记录；请求的响应带有 `X-Request-Id`',
  }),
];

export const faulting: Text = { en: 'Simulate faults', zh: '模拟故障' };
export const faults: readonly Text[] = [
  {
    en: '`"fault": {"kind": "busy", "times": 1}` in a login – the fault occurs when its code is exchanged',
    zh: '在 login 请求中加上 `"fault": {"kind": "busy", "times": 1}`：换取这个 code 时发生故障',
  },
  request('PUT /sandbox/{platform}/fault {"kind": "hang"}', {
    en: 'sets a fault of the whole platform, until `{"kind": "none"}`',
    zh: '设置整个平台的故障，直到 `{"kind": "none"}`',
  }),
  {
    en: '`"tamper": "stale_key"` in a profile or phone request – returns data that the server must refuse',
    zh: '在 profile 或 phone 请求中加上 `"tamper": "stale_key"`：返回服务端必须拒绝的数据',
  },
  request('PUT /sandbox/{platform}/rotation {"rotate": false}', {
    en: 'logins no longer renew the session key',
    zh: '登录不再更换 session key',
  }),
];
