import { jscode2session } from './jscode2session.ts';

const rid = 'rid: 6740f1a2-2b0c1d3e-4f5a6b7c';

/** WeChat (platforms.md, 1.1): a used code is told apart, and success carries no errcode. */
export const wechatPage = jscode2session(
  'wechat',
  {
    code_unknown: { errcode: 40029, errmsg: `invalid code, ${rid}` },
    code_expired: { errcode: 40029, errmsg: `invalid code, ${rid}` },
    code_used: { errcode: 40163, errmsg: `code been used, ${rid}` },
    app_unknown: { errcode: 40013, errmsg: `invalid appid, ${rid}` },
    secret_wrong: { errcode: 40125, errmsg: `invalid appsecret, ${rid}` },
    busy: { errcode: -1, errmsg: `system error, ${rid}` },
    rate_limited: { errcode: 45011, errmsg: `api minute-quota reach limit, must slower, retry next minute, ${rid}` },
  },
  {},
);
