import { expect, it } from 'vitest';
import { type FakeHost, type MiniprogramPlatform, startApp } from '../../support/fakeHost.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { find, type HostPage } from './host/page.ts';
import { builtFiles } from './toolchain.ts';

/** The parts of each platform's login page. */
export const loginPages = {
  wechat: { name: '微信', phone: 'getPhoneNumber' },
  qq: { name: 'QQ', profile: 'button' },
  baidu: { name: '百度', profile: 'button' },
  kuaishou: { name: '快手', profile: 'dialog', phone: 'getPhoneNumber' },
  jd: { name: '京东', profile: 'dialog' },
  alipay: { name: '支付宝', profile: 'dialog', phone: 'getAuthorize' },
  bytedance: { name: '抖音', profile: 'dialog', phone: 'getPhoneNumber' },
  xiaohongshu: { name: '小红书', profile: 'dialog', phone: 'getPhoneNumber' },
} as const satisfies Record<MiniprogramPlatform, Omit<LoginPage, 'platform'>>;

interface LoginPage {
  platform: MiniprogramPlatform;
  name: string;
  /** How the host asks for picture and name, if it does. */
  profile?: 'button' | 'dialog';
  /** `open-type` of the phone button. */
  phone?: string;
}
/** A built app with the login page. */
interface Target extends LoginPage {
  folder: string;
  open(files: ReadonlyMap<string, string>, host: FakeHost): HostPage;
}

interface App {
  server: TestServer;
  host: FakeHost;
  page: HostPage;
  /** Waits for a text. */
  shows(text: string): Promise<void>;
  /** Ticks the box. */
  agree(): Promise<void>;
}

/**
 * The built app on a phone.
 *
 * @param sandbox whether the sandbox plays the host, as in the sources
 */
async function openExample({ platform, folder, open }: Target, { sandbox = true } = {}): Promise<App> {
  const server = await startServer();
  const host = await startApp(server, platform, { person: 'larry', init: null, current: true });
  const files = builtFiles(folder, server.origin);
  const page = open(sandbox ? files : withoutSandbox(files), host);
  const shows = (text: string) => expect.poll(() => page.elements().map((element) => element.text), { timeout: 15_000 }).toContain(text);
  await shows('我已阅读并同意');
  const agree = async () => {
    const [group] = page.elements().filter(({ tag }) => tag === 'checkbox-group');
    if (!group) throw new Error('there is nothing to tick');
    page.dispatch(group, 'change', { value: ['agreed'] });
    await expect.poll(() => page.elements().find(({ tag }) => tag === 'checkbox')?.attributes.checked).toBe(true);
  };
  return { server, host, page, shows, agree };
}

/** The app with a client id in place of the sandbox's person, as it would be in production. */
const withoutSandbox = (files: Map<string, string>) =>
  new Map([...files].map(([path, text]) => [path, text.replace(/sandbox:\s*"larry"/, 'clientID:"sandbox"')]));

const tap = ({ page }: App, text: string) => page.dispatch(find(page, text), 'tap');
const texts =
  ({ page }: App) =>
  () =>
    page.elements().map(({ text }) => text);
/** Waits until the person is logged in. A login of the test in between would change the key that the platform signs with. */
async function showsLarry(app: App, { platform }: Target) {
  await expect.poll(texts(app)).toContainEqual(expect.stringMatching(/^用户 \d+$/));
  expect(texts(app)()).toContain(`用户 ${(await app.server.login(platform, 'larry')).user_id}`);
}
const logins = ({ host }: App) => host.calls.filter((call) => /\/(idp|login)\//.test(call));

/** Taps the platform's button, and answers the host's question for the profile. */
async function tapPlatform({ host, page }: App, { name, profile }: Target, allows: boolean) {
  host.allows = allows;
  const button = find(page, `${name}登录`);
  expect(button.attributes['open-type']).toBe(profile === 'button' ? 'getUserInfo' : undefined);
  page.dispatch(button, 'tap');
  if (profile === 'button') page.dispatch(button, 'getuserinfo', (await host.tapProfileButton()).detail);
}

/** Taps the phone button, and answers the host's question for the number. */
async function tapPhone({ host, page }: App, { phone }: Target, allows: boolean) {
  host.allows = allows;
  const button = find(page, '手机号一键登录');
  expect(button.attributes['open-type']).toBe(phone);
  page.dispatch(button, 'tap');
  const { detail } = await host.tapPhoneButton();
  if (phone === 'getPhoneNumber') return page.dispatch(button, 'getphonenumber', detail);
  expect(button.attributes.scope).toBe('phoneNumber');
  host.namespace.getPhoneNumber = ({ success }: { success(result: object): void }) => success(detail);
  page.dispatch(button, allows ? 'getauthorize' : 'error', { type: 'getAuthorize' });
}

/** Tests of the login page in an app that is built for a platform. */
export function itLogsIn(platform: MiniprogramPlatform, folder: string, open: Target['open']): void {
  const target: Target = { platform, folder, open, ...loginPages[platform] };

  it('asks for agreement first, then logs in the person of the sandbox, and logs out', async () => {
    const app = await openExample(target);
    tap(app, `${target.name}登录`);
    await app.shows('请先阅读并同意用户协议和隐私政策');
    expect(logins(app)).toEqual([]);
    await app.agree();
    await tapPlatform(app, target, true);
    await showsLarry(app, target);
    await app.shows(target.profile ? 'Larry。' : '没有昵称');
    tap(app, '退出登录');
    await app.shows(`${target.name}登录`);
  });

  it('shows an error of the platform', async () => {
    const app = await openExample(target);
    app.host.offline = true;
    await app.agree();
    await tapPlatform(app, target, true);
    await app.shows('网络连接失败，请检查网络');
  });

  it.runIf(target.profile && target.platform !== 'alipay')('logs in without the profile after the person has declined it', async () => {
    const app = await openExample(target, { sandbox: false });
    await app.agree();
    await tapPlatform(app, target, false);
    await app.shows('你取消了授权');
    expect(logins(app)).toEqual([]);
    tap(app, '不授权，直接登录');
    await showsLarry(app, target);
    await app.shows('没有昵称');
  });

  it.runIf(target.phone)('logs in by the phone button, unless the person declines', async () => {
    const app = await openExample(target, { sandbox: false });
    tap(app, '手机号一键登录');
    await app.shows('请先阅读并同意用户协议和隐私政策');
    await app.agree();
    await tapPhone(app, target, false);
    await app.shows('你取消了授权');
    expect(logins(app)).toEqual([]);
    await tapPhone(app, target, true);
    await showsLarry(app, target);
    await expect.poll(texts(app)).toContainEqual(expect.stringMatching(/^\+?\d{11,}$/));
  });

  it('has no phone button if the host gives no number', async () => {
    const { page } = await openExample(target);
    expect(page.elements().some(({ text }) => text === '手机号一键登录')).toBe(Boolean(target.phone));
  });

  it('logs in by SMS, and shows a wrong code', async () => {
    const app = await openExample(target);
    const { page, server } = app;
    tap(app, '短信验证码登录');
    await app.shows('获取验证码');
    await app.agree();
    page.dispatch(find(page, '手机号'), 'input', { value: '13800138000' });
    tap(app, '获取验证码');
    await expect.poll(texts(app)).toContainEqual(expect.stringMatching(/^\d+ 秒后重发$/));
    await expect.poll(() => app.host.calls).toContainEqual(expect.stringContaining('sms-verification-code'));
    await server.services.background.settled();
    page.dispatch(find(page, '验证码'), 'input', { value: '000000' });
    tap(app, '登录');
    // The host of JD gives the app nothing but the status of an error.
    await app.shows(target.platform === 'jd' ? '出了点问题，请稍后再试' : '验证码错误或已失效');
    page.dispatch(find(page, '验证码'), 'input', { value: await server.smsCodeTo('13800138000') });
    tap(app, '登录');
    await expect.poll(texts(app)).toContainEqual(expect.stringContaining('13800138000'));
  });
}
