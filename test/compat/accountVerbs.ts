import { expect } from 'vitest';
import { loginNames, password } from '../support/accounts.ts';
import type { TestServer } from '../support/server.ts';
import { account, both, register, type SdkVerb, type Untyped, wechat } from './sdkVerb.ts';
import type { SdkApp } from './startApp.ts';

const phone = '13800138000';
const email = 'mei@example.com';

/** Sends a code to a new person's phone. */
async function sendCode({ BaaS }: SdkApp, server: TestServer): Promise<string> {
  expect((await BaaS.sendSmsCode({ phone })).data).toEqual({ status: 'ok' });
  return server.smsCodeTo(phone);
}
/** Data of a button's callback. The code of `login()` must be older. */
const tap = async (server: TestServer, what: 'profile' | 'phone') => {
  const code = await server.codeFor('wechat', 'larry');
  return { code, grant: { detail: await server.granted(what, 'wechat', 'larry') } };
};
/** Until 3.17 the SDK requests the button's profile from the host again. */
const allowGetUserInfo = ({ wx }: SdkApp, server: TestServer) =>
  Object.assign(wx ?? {}, {
    getUserInfo: ({ success }: { success(grant: unknown): void }) => void server.granted('profile', 'wechat', 'larry').then(success),
  });
const takesProfiles = (BaaS: Untyped) => !BaaS.auth.updateUserInfo;
const takesPhones = (BaaS: Untyped) => !takesProfiles(BaaS);

const general: SdkVerb[] = [
  ...loginNames.map(
    ({ kind, name, register: operation }): SdkVerb => ({
      call: `auth.register({ ${kind}, password })`,
      operation,
      builds: both,
      async run({ BaaS, storage }) {
        const user = await BaaS.auth.register({ [kind]: name, password });
        expect(user.toJSON()).toMatchObject({ [`_${kind}`]: name, _anonymous: false });
        expect(String(storage.get('ifx_baas_uid'))).toContain(String(user.id));
      },
    }),
  ),
  ...loginNames.map(
    ({ kind, name, login: operation }): SdkVerb => ({
      call: `auth.login({ ${kind}, password })`,
      operation,
      builds: both,
      async run({ BaaS }) {
        const { id } = await BaaS.auth.register({ [kind]: name, password });
        await BaaS.auth.logout();
        expect((await BaaS.auth.login({ [kind]: name, password })).id).toBe(id);
      },
    }),
  ),
  {
    call: 'auth.loginWithSmsVerificationCode(phone, code)',
    operation: 'loginBySmsCode',
    builds: both,
    async run(app, server) {
      const user = await app.BaaS.auth.loginWithSmsVerificationCode(phone, await sendCode(app, server));
      expect(user.toJSON()).toMatchObject({ _phone: phone, _phone_verified: true });
    },
  },
  {
    call: 'auth.anonymousLogin()',
    operation: 'loginAnonymously',
    builds: both,
    async run(app) {
      const anonymous = await app.BaaS.auth.anonymousLogin();
      expect(anonymous._anonymous).toBe(true);
      expect((await register(app)).id).toBe(anonymous.id);
    },
  },
  {
    call: 'auth.getCurrentUser()',
    operation: 'getUser',
    builds: both,
    async run(app) {
      const { id } = await register(app);
      const user = await app.BaaS.auth.getCurrentUser();
      expect(user).toMatchObject({ id, user_id: id, _username: 'Mei' });
      expect(user.session_expires_at).toBeGreaterThan(Date.now() / 1000 + 2_591_000);
    },
  },
  {
    call: 'auth.logout()',
    operation: 'logout',
    builds: both,
    async run(app) {
      await register(app);
      await app.BaaS.auth.logout();
      await expect(app.BaaS.auth.getCurrentUser()).rejects.toMatchObject({ code: 604 });
    },
  },
  {
    call: 'user.setAccount({ … })',
    operation: 'updateAccount',
    builds: both,
    async run(app) {
      const user = await register(app);
      expect((await user.setAccount({ username: 'Mei2', email }))._email).toBe(email);
    },
  },
  ...[
    { set: 'setUsername', field: '_username', value: 'Mei2' },
    { set: 'setEmail', field: '_email', value: email },
    { set: 'setMobilePhone', field: '_phone', value: phone },
  ].map(
    ({ set, field, value }): SdkVerb => ({
      call: `user.${set}(${field.slice(1)})`,
      operation: 'updateAccount',
      builds: both,
      async run(app) {
        expect((await (await register(app))[set](value))[field]).toBe(value);
      },
    }),
  ),
  {
    call: 'user.updatePassword({ password, newPassword })',
    operation: 'updateAccount',
    builds: both,
    async run(app) {
      const user = await register(app);
      await user.updatePassword({ password, newPassword: 'staple-battery-9' });
      await app.BaaS.auth.logout();
      expect((await app.BaaS.auth.login({ ...account, password: 'staple-battery-9' })).id).toBe(user.id);
    },
  },
  {
    call: 'user.requestEmailVerification()',
    operation: 'sendVerificationEmail',
    builds: both,
    async run({ BaaS }, server) {
      const user = await BaaS.auth.register({ email, password });
      await user.requestEmailVerification();
      expect((await server.mailTo(email))?.text).toContain('/email-verification?token=');
    },
  },
  {
    call: 'auth.requestPasswordReset({ email })',
    operation: 'requestPasswordReset',
    builds: both,
    run: async ({ BaaS }) => expect((await BaaS.auth.requestPasswordReset({ email })).data).toEqual({ status: 'ok' }),
  },
  { call: 'sendSmsCode({ phone })', operation: 'sendSmsCode', builds: both, run: sendCode },
  {
    call: 'verifySmsCode({ phone, code })',
    operation: 'checkSmsCode',
    builds: both,
    async run(app, server) {
      const code = await sendCode(app, server);
      expect((await app.BaaS.verifySmsCode({ phone, code })).data).toEqual({ status: 'ok' });
    },
  },
  {
    call: 'user.verifyMobilePhone(code)',
    operation: 'verifyPhone',
    builds: both,
    async run(app, server) {
      const user = await app.BaaS.auth.register({ phone, password });
      await user.verifyMobilePhone(await sendCode(app, server));
      expect((await app.BaaS.auth.getCurrentUser())._phone_verified).toBe(true);
    },
  },
  {
    call: 'getServerDate()',
    operation: 'getServerTime',
    builds: both,
    run: async ({ BaaS }) => expect(Date.parse((await BaaS.getServerDate()).data.time)).toBeGreaterThan(1_790_000_000_000),
  },
  {
    call: 'checkVersion({ … })',
    operation: 'getLatestSdkVersion',
    builds: both,
    async run({ BaaS }) {
      const answer = new Promise<Untyped>((onSuccess, onError) => BaaS.checkVersion({ platform: 'web', onSuccess, onError }));
      expect((await answer).data).toHaveProperty('web');
    },
  },
];

/** Calls that are older than `auth`, which every version still has. */
const firstGeneration: SdkVerb[] = [
  {
    call: 'getUserInfo({ userID })',
    operation: 'getUser',
    builds: both,
    async run(app) {
      const { id } = await register(app);
      expect((await app.BaaS.getUserInfo({ userID: id })).data).toMatchObject({ id, _username: 'Mei' });
    },
  },
  {
    call: 'updateUser({ … })',
    operation: 'updateUser',
    builds: both,
    async run(app) {
      await register(app);
      expect((await app.BaaS.updateUser({ nickname: 'Mei' })).data).toMatchObject({ nickname: 'Mei' });
    },
  },
  {
    call: 'getUserList({ … })',
    operation: 'listUsers',
    builds: both,
    async run(app) {
      const { id } = await register(app);
      expect((await app.BaaS.getUserList({ limit: 1 })).data).toMatchObject({ meta: { limit: 1 }, objects: [{ id }] });
    },
  },
  {
    call: 'login(false)',
    operation: 'silentLoginWechat',
    builds: wechat,
    async run({ BaaS, storage }) {
      const openid = storage.get('ifx_baas_openid');
      expect(await BaaS.login(false)).toMatchObject({ id: storage.get('ifx_baas_uid'), openid: storage.get('ifx_baas_openid') });
      expect(storage.get('ifx_baas_openid')).not.toBe(openid);
    },
  },
  {
    call: 'handleUserInfo({ detail })',
    operation: 'authorizedLoginWechat',
    builds: wechat,
    isIn: takesProfiles,
    async run(app, server) {
      allowGetUserInfo(app, server);
      const { grant } = await tap(server, 'profile');
      expect(await app.BaaS.handleUserInfo({ ...grant, createUser: true })).toMatchObject({ is_authorized: true });
      expect(app.storage.get('ifx_baas_openid')).toBeTruthy();
    },
  },
];

const wechatsOwn: SdkVerb[] = [
  {
    call: 'auth.loginWithWechat()',
    operation: 'silentLoginWechat',
    builds: wechat,
    async run({ BaaS, storage }) {
      const user = await BaaS.auth.loginWithWechat();
      expect(user.toJSON()).toMatchObject({ _anonymous: false, is_authorized: false, openid: storage.get('ifx_baas_openid') });
      expect(storage.get('ifx_baas_uid')).toBe(user.id);
      expect((await BaaS.auth.getCurrentUser()).id).toBe(user.id);
    },
  },
  {
    call: 'auth.loginWithWechat({ detail }) with a profile',
    operation: 'authorizedLoginWechat',
    builds: wechat,
    isIn: takesProfiles,
    async run(app, server) {
      allowGetUserInfo(app, server);
      const { grant } = await tap(server, 'profile');
      const user = await app.BaaS.auth.loginWithWechat(grant, { syncUserProfile: 'overwrite' });
      expect(user.toJSON()).toMatchObject({ id: app.storage.get('ifx_baas_uid'), nickname: 'Larry。', is_authorized: true });
    },
  },
  {
    call: 'auth.loginWithWechat({ detail }, { code }) with a phone number',
    operation: 'phoneLoginWechat',
    builds: wechat,
    isIn: takesPhones,
    async run({ BaaS }, server) {
      const { code, grant } = await tap(server, 'phone');
      expect((await BaaS.auth.loginWithWechat(grant, { code })).toJSON()).toMatchObject({ _phone: phone, _phone_verified: true });
    },
  },
  {
    call: 'auth.updateUserInfo(detail, { code })',
    operation: 'updateProfileWechat',
    builds: wechat,
    isIn: (BaaS) => Boolean(BaaS.auth.updateUserInfo),
    async run({ BaaS }, server) {
      await BaaS.auth.loginWithWechat();
      const { code, grant } = await tap(server, 'profile');
      const user = await BaaS.auth.updateUserInfo(grant.detail, { code, syncUserProfile: 'overwrite' });
      expect(user.toJSON()).toMatchObject({ nickname: 'Larry。', is_authorized: true });
    },
  },
  {
    call: 'auth.updatePhoneNumber({ detail })',
    operation: 'updatePhoneWechat',
    builds: wechat,
    isIn: (BaaS) => Boolean(BaaS.auth.updatePhoneNumber),
    async run({ BaaS }, server) {
      await BaaS.auth.loginWithWechat();
      const detail = await server.granted('phone', 'wechat', 'larry');
      expect((await BaaS.auth.updatePhoneNumber({ detail })).toJSON()).toMatchObject({ _phone: phone, _phone_verified: true });
    },
  },
  {
    call: 'user.linkWechat()',
    operation: 'linkWechat',
    builds: wechat,
    async run(app) {
      const user = await register(app);
      expect((await user.linkWechat()).data).toMatchObject({ status: 'ok', user_id: user.id });
      await app.BaaS.auth.logout();
      expect((await app.BaaS.auth.loginWithWechat()).id).toBe(user.id);
    },
  },
  {
    call: 'user.linkWechat({ detail })',
    operation: 'linkWechat',
    builds: wechat,
    isIn: takesProfiles,
    async run(app, server) {
      allowGetUserInfo(app, server);
      const user = await register(app);
      const { grant } = await tap(server, 'profile');
      await user.linkWechat(grant, { syncUserProfile: 'overwrite' });
      expect((await app.BaaS.auth.getCurrentUser()).toJSON()).toMatchObject({ id: user.id, nickname: 'Larry。' });
    },
  },
];

/** Logins and accounts. */
export const accountVerbs: SdkVerb[] = [...general, ...wechatsOwn, ...firstGeneration];
