import { flowsOf } from './flows.ts';
import { type SeedRun, seed } from './seed.ts';

const document = seed('000-qq', 'qq');
const flows = flowsOf('loginWithQQ', 'linkQQ');
const tapOnPage = ({ run, page }: SeedRun, data: object) => {
  run();
  page.userInfoHandler?.(data);
};

document('静默登录', 'logs in without a dialog', flows.logsInSilently);
document('请求用户授权', 'resolves to the whole user if the person grants the profile', flows.grants(tapOnPage));
document('请求用户授权', 'rejects with 603, id and openid when the person declines', flows.declines(tapOnPage));
document('关联 QQ 小程序: 不获取用户信息', 'links', flows.linksWithoutProfile, { remembers: true });
document('关联 QQ 小程序: 获取用户信息', 'links and takes the profile over', flows.linksWithProfile, { remembers: true });
document(
  '多平台用户统一登录: 静默登录时检查',
  'links a newcomer',
  flows.linksNewcomer(({ run }) => run()),
  { remembers: true },
);
document(
  '多平台用户统一登录: 静默登录时检查',
  'lets a known person in',
  flows.letsKnownPersonIn(({ run }) => run()),
);
document('多平台用户统一登录: 请求用户授权后检查', 'links a newcomer', flows.linksNewcomer(tapOnPage), { remembers: true });
document('多平台用户统一登录: 请求用户授权后检查', 'lets a known person in', flows.letsKnownPersonIn(tapOnPage));
document('多平台用户统一登录: 若已经提前申请了用户授权', 'links with what getUserInfo() gave', flows.linksAskedBefore, { remembers: true });
