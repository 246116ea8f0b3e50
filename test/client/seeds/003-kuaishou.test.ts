import { expect } from 'vitest';
import { flowsOf } from './flows.ts';
import { asJson, declined, type SeedRun, seed } from './seed.ts';

const document = seed('003-kuaishou', 'kuaishou');
const flows = flowsOf('loginWithKs', 'linkKs');
/** The surrounding app has stored the button's result in `data`. */
const withData = ({ run }: SeedRun, data: object) => run({ data });

document('静默登录', 'logs in without a dialog', flows.logsInSilently);
document('强制登录', 'resolves to the whole user if the person grants the profile', flows.grants(withData));
document('强制登录', 'rejects with 603, id and openid when the person declines', flows.declines(withData));

/** The code in the document. */
const documentsCode = 'ks071Jwd000ACg4L1A1Z300nzYGz1Jw';
document('用户一键授权手机号登录', 'logs in with the number and the code from before the tap', async ({ run, page, app, outcomeOf }) => {
  run();
  app.shownCode = documentsCode;
  page.ksLogin?.();
  await expect.poll(() => app.codes, { timeout: 4000 }).toHaveLength(1);
  page.phoneNumberHandler?.(await app.tapPhoneButton());
  expect((await outcomeOf('loginWithKs')).value).toMatchObject({ _phone: expect.stringMatching(/\d{11}$/), _phone_verified: true });
});
document('用户一键授权手机号登录', 'rejects with 603, id and openid when the person declines', async ({ run, page, app, outcomeOf }) => {
  await app.BaaS.auth.loginWithKs();
  run();
  app.allows = false;
  page.ksLogin?.();
  page.phoneNumberHandler?.(await app.tapPhoneButton());
  expect(asJson((await outcomeOf('loginWithKs')).reason)).toEqual(declined);
});

document(
  '更新用户手机号',
  'verifies the number of the current user',
  async ({ run, page, app, outcomeOf }) => {
    const user = await app.BaaS.auth.loginWithKs();
    run();
    page.phoneNumberUpdate?.(await app.tapPhoneButton());
    expect((await outcomeOf('updatePhoneNumber')).value).toMatchObject({ id: user.id, _phone_verified: true });
  },
  { remembers: true },
);
document('更新用户手机号', 'rejects with 603, id and openid when the person declines', async ({ run, page, app, outcomeOf }) => {
  await app.BaaS.auth.loginWithKs();
  run();
  app.allows = false;
  page.phoneNumberUpdate?.(await app.tapPhoneButton());
  expect(asJson((await outcomeOf('updatePhoneNumber')).reason)).toEqual(declined);
});
document('更新用户手机号', 'is 604 without a login', async ({ run, page, app, outcomeOf }) => {
  run();
  page.phoneNumberUpdate?.(await app.tapPhoneButton());
  expect((await outcomeOf('updatePhoneNumber')).reason).toMatchObject({ code: 604 });
});

document('关联快手小程序: 不获取用户信息', 'links', flows.linksWithoutProfile, { remembers: true });
document('关联快手小程序: 获取用户信息', 'links and takes the profile over', flows.linksWithProfile, { remembers: true });
document('多平台用户统一登录: 静默登录时检查', 'links a newcomer', flows.linksNewcomer(withData), { remembers: true });
document('多平台用户统一登录: 静默登录时检查', 'lets a known person in', flows.letsKnownPersonIn(withData));
document('多平台用户统一登录: 请求用户授权后检查', 'links a newcomer', flows.linksNewcomer(withData), { remembers: true });
document('多平台用户统一登录: 请求用户授权后检查', 'lets a known person in', flows.letsKnownPersonIn(withData));
document('多平台用户统一登录: 若已经提前申请了用户授权', 'links with what getUserInfo() gave', flows.linksAskedBefore, { remembers: true });
