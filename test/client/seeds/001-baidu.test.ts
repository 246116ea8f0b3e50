import { flowsOf } from './flows.ts';
import { type SeedRun, seed } from './seed.ts';

const document = seed('001-baidu', 'baidu');
const flows = flowsOf('loginWithBaidu', 'linkBaidu');
const tapOnPage = ({ run, page }: SeedRun, data: object) => {
  run();
  page.userInfoHandler?.(data);
};

document('静默登录', 'logs in without a dialog', flows.logsInSilently);
document('请求用户授权', 'resolves to the whole user if the person grants the profile', flows.grants(tapOnPage));
document('请求用户授权', 'rejects with 603, id and openid when the person declines', flows.declines(tapOnPage));
document('关联百度小程序', 'links', flows.linksWithoutProfile, { remembers: true });
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
document('关联百度小程序(旧): 不获取用户信息', 'links', flows.linksWithoutProfile, { remembers: true });
document('关联百度小程序(旧): 获取用户信息', 'links and takes the profile over', flows.linksWithProfile, { remembers: true });
