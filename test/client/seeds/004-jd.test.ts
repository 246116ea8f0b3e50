import { flowsOf } from './flows.ts';
import { type SeedRun, seed } from './seed.ts';

const document = seed('004-jd', 'jd');
const flows = flowsOf('loginWithJd', 'linkJd');
/** The app around the block has what the button gave in `data`. */
const withData = ({ run }: SeedRun, data: object) => run({ data });

document('静默登录', 'logs in without a dialog', flows.logsInSilently);
document('强制登录', 'resolves to the whole user if the person grants the profile', flows.grants(withData));
document('强制登录', 'rejects with 603, id and openid when the person declines', flows.declines(withData));
document('关联京东小程序: 不获取用户信息', 'links', flows.linksWithoutProfile, { remembers: true });
document('关联京东小程序: 获取用户信息', 'links and takes the profile over', flows.linksWithProfile, { remembers: true });
document('多平台用户统一登录: 静默登录时检查', 'links a newcomer', flows.linksNewcomer(withData), { remembers: true });
document('多平台用户统一登录: 静默登录时检查', 'lets a known person in', flows.letsKnownPersonIn(withData));
document('多平台用户统一登录: 请求用户授权后检查', 'links a newcomer', flows.linksNewcomer(withData), { remembers: true });
document('多平台用户统一登录: 请求用户授权后检查', 'lets a known person in', flows.letsKnownPersonIn(withData));
document('多平台用户统一登录: 若已经提前申请了用户授权', 'links with what getUserInfo() gave', flows.linksAskedBefore, { remembers: true });
