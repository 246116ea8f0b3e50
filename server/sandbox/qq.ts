import { jscode2session } from './jscode2session.ts';

const invalidCode = { errcode: 40029, errmsg: 'invalid code' };

/**
 * QQ (docs/platforms.md, 2.1): one error for every refused code, and `errcode: 0` on success. The errors for a wrong app or secret are not
 * documented for this call; these are the token call's.
 */
export const qqPage = jscode2session({
  platform: 'qq',
  errors: {
    code_unknown: invalidCode,
    code_expired: invalidCode,
    code_used: invalidCode,
    app_unknown: { errcode: 40013, errmsg: 'invalid appid' },
    secret_wrong: { errcode: 40001, errmsg: 'invalid credential' },
    busy: { errcode: -1, errmsg: 'system error' },
    rate_limited: { errcode: 45011, errmsg: 'api minute-quota reach limit' },
  },
  blocked: { errcode: 40226, errmsg: 'code blocked' },
  success: { errcode: 0, errmsg: '' },
  // QQ documents no placeholder; its own apps show this one.
  placeholder: { nickName: 'QQ用户', avatarUrl: '' },
  avatarOf: (name) => `https://thirdqq.qlogo.cn/qqapp/${encodeURIComponent(name)}/100`,
});
