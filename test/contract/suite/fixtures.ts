import { jpeg, pictureForm } from '../../support/pictures.ts';
import { operationOn, otherPlatform, phonePlatforms } from '../../support/platforms.ts';
import { tokenFrom } from '../../support/webLogin.ts';
import { type Context, type Fields, fullestExample, type HostFault, kindOf } from './context.ts';
import { Lacking, type Request } from './target.ts';

/** Prepares the target, and builds a successful request from an example. */
type Fixture = (context: Context, example: Fields, how?: HostFault) => Promise<Request>;

export const password = 'plum-rain-june';

/**
 * Prepares the target and returns a request that the operation will accept.
 *
 * @param example an example of the contract; the one with the most fields if absent
 * @param how fault of the host's data, if any
 */
export function prepare(context: Context, example: Fields = fullestExample(context.id), how?: HostFault): Promise<Request> {
  const fixture = fixtures[kindOf(context.id)];
  if (!fixture) throw new Error(`no fixture for ${context.id}: add it to test/contract/suite/fixtures.ts`);
  return fixture(context, example, how);
}

/** Opens the session of a new account with a name and a password. */
export async function openAccount({ call, target }: Context, more: Fields = {}): Promise<{ id: number; token: string; username: string }> {
  const username = target.newName();
  const { body } = await call('registerByUsername', { body: { username, password, ...more } });
  return { id: body.id, token: body.token, username };
}

export const openAnonymous = async ({ call }: Context): Promise<string> => (await call('loginAnonymously')).body.token;

/** Logs a person in silently. */
export async function logIn(
  context: Context,
  person = context.person,
  platform = context.platform,
): Promise<{ id: number; token: string }> {
  const { body } = await context.call(operationOn('silentLogin', platform), { body: { code: await context.codeOn(platform, person) } });
  return { id: body.user_info.id, token: body.token };
}

/** Logs the person in on another platform than the operation's. */
export const logInElsewhere = (context: Context) => logIn(context, context.person, otherPlatform(context.platform));

/** Logs the person in by phone on another platform, which verifies the number. */
export async function verifyPhoneElsewhere(context: Context): Promise<{ id: number; token: string; phone: string }> {
  const elsewhere = otherPlatform(context.platform, phonePlatforms);
  const code = await context.codeOn(elsewhere, context.person);
  const { code: phone_code, ...sealed } = await context.grantedOn('phone', elsewhere, context.person);
  const { body } = await context.call(operationOn('phoneLogin', elsewhere), { body: { ...sealed, code, phone_code } });
  return { id: body.user_info.id, token: body.token, phone: body.user_info._phone };
}

/** Proves access to another account by its name and password, and returns the session's token with the ticket. */
export async function holdTicket(context: Context): Promise<{ token: string; merge_ticket: string }> {
  const [{ token }, { username }] = [await openAccount(context), await openAccount(context)];
  const { body } = await context.call('createMergeTicket', { token, body: { username, password } });
  return { token, merge_ticket: body.merge_ticket };
}

/** Sends a code to a number and returns it. */
export async function sendSms(context: Context, phone: string): Promise<string> {
  await context.call('sendSmsCode', { body: { phone } });
  return context.smsCodeTo(phone);
}

/** The host's data, reduced to the fields of the example. */
async function granted(
  what: 'profile' | 'phone',
  { platform, person, grantedOn }: Context,
  example: Fields,
  how?: HostFault,
): Promise<Fields> {
  const { code, ...given } = await grantedOn(what, platform, person, how);
  const all: Fields = { ...given, phone_code: code };
  return Object.fromEntries(Object.keys(example).flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}

/** Fetches the code before the profile or the number, as clients must. */
async function codeAnd(what: 'profile' | 'phone', context: Context, example: Fields, how?: HostFault): Promise<Fields> {
  const code = 'code' in example ? { code: await context.codeOn(context.platform, context.person, how) } : {};
  // A fault concerns the code; tampering concerns the granted data.
  const tamper = how?.tamper === undefined ? {} : { tamper: how.tamper };
  return { ...example, ...code, ...(await granted(what, context, example, tamper)) };
}

/** Whether the example is for a person who has logged in before. */
const isReturning = ({ create_user }: Fields) => create_user === false;

const platformLogin =
  (what?: 'profile' | 'phone'): Fixture =>
  async (context, example, how) => {
    if (isReturning(example)) await logIn(context);
    if (what) return { body: await codeAnd(what, context, example, how) };
    const device = 'anonymous_code' in example ? { anonymous_code: await context.anonymousCodeOn(context.platform, context.person) } : {};
    const code = 'code' in example ? { code: await context.codeOn(context.platform, context.person, how) } : {};
    return { body: { ...example, ...device, ...code } };
  };

const registration =
  (kind: 'username' | 'email' | 'phone'): Fixture =>
  async ({ target }, example) => ({ body: { ...example, [kind]: newLoginName(target, kind) } });

const passwordLogin =
  (kind: 'username' | 'email' | 'phone'): Fixture =>
  async (context, example) => {
    const body = { ...example, [kind]: newLoginName(context.target, kind) };
    await context.call(`registerBy${kind === 'username' ? 'Username' : kind === 'email' ? 'Email' : 'Phone'}`, { body });
    return { body };
  };

const newLoginName = ({ newName, newPhone }: Context['target'], kind: 'username' | 'email' | 'phone') =>
  ({ username: newName, email: () => `${newName()}@example.com`, phone: newPhone })[kind]();

/** A page that an app whose `callback_origins` are `local` may come back to. */
export const callbackPage = 'http://localhost:8080/auth.html?handler=login';

/** Goes through a login on web pages as a person, in the browser. @param token of the session that it begins in */
export async function webTokenOf(
  { target, call, person: someone }: Context,
  { token, person = someone, silent = false }: { token?: string; person?: string; silent?: boolean } = {},
): Promise<string> {
  if (target.sandbox === undefined) throw new Lacking("a sandbox, for WeChat's pages");
  const body = { callback_url: callbackPage, silent_login: silent };
  const begun = await call('createWebLogin', { token, params: { provider: silent ? 'oauth-wechat-mp' : 'oauth-wechat-web' }, body });
  return tokenFrom(begun.body.redirect_url, { person });
}

/** A code as text, or as a number if the example's is one. */
const inTypeOf = (code: string, example: Fields) => (typeof example.code === 'number' ? Number(code) : code);

const readUser: Fixture = async (context) => {
  const { id, token } = await openAccount(context);
  return { token, params: { user_id: id } };
};

/** The digits are right, if the example has some. */
const scannedCode: Fixture = async (context, example) => {
  const { ticket, check_code } = (await context.call('createScanLogin')).body;
  return { token: (await openAccount(context)).token, body: { ticket, ...('check_code' in example && { check_code }) } };
};

const inOwnSession: Fixture = async (context) => ({ token: (await openAccount(context)).token });

/** The id of the identity that a session's user linked first. */
export async function firstIdentity({ call }: Context, token: string): Promise<number> {
  const { body } = await call('listIdentities', { token });
  return body.objects[0].id;
}

const fixtures: Record<string, Fixture> = {
  registerByUsername: registration('username'),
  registerByEmail: registration('email'),
  registerByPhone: registration('phone'),
  loginByUsername: passwordLogin('username'),
  loginByEmail: passwordLogin('email'),
  loginByPhone: passwordLogin('phone'),
  async loginBySmsCode(context, example) {
    const phone = isReturning(example) ? (await verifyPhoneElsewhere(context)).phone : context.target.newPhone();
    return { body: { ...example, phone, code: await sendSms(context, phone) } };
  },
  loginAnonymously: async () => ({}),
  logout: async (context) => ({ token: await openAnonymous(context) }),
  createAccessToken: async (context) => ({ token: await openAnonymous(context) }),
  introspectToken: async (context, example) => ({ body: { ...example, token: (await logIn(context)).token } }),
  exchangeToken: async (context, example) => ({ body: { ...example, subject_token: (await logIn(context)).token } }),
  listUsersByLegacyId: async () => ({ query: { legacy_id: '5b6aa4ff808ca4007057c8c8,5b6aa4ff808ca4007057c8c9' } }),
  listDeliveries: async () => ({}),
  replayDeliveries: async (_context, example) => ({ body: example }),
  sendTestEvent: async (_context, example) => ({ body: example }),
  getUser: readUser,
  getMe: inOwnSession,
  listSessions: inOwnSession,
  async endSession(context) {
    const { token } = await openAccount(context);
    const { body } = await context.call('listSessions', { token });
    return { token, params: { session_id: body.objects[0].id } };
  },
  endOtherSessions: inOwnSession,
  listIdentities: inOwnSession,
  async unlinkIdentity(context) {
    const { token } = await openAccount(context);
    const { platform, person } = context;
    await context.call(operationOn('link', platform), { token, body: { code: await context.codeOn(platform, person) } });
    return { token, params: { identity_id: await firstIdentity(context, token) } };
  },
  requestClosure: inOwnSession,
  cancelClosure: inOwnSession,
  exportMe: inOwnSession,
  async updateUser(context, example) {
    return { token: await openAnonymous(context), body: example };
  },
  async updateAvatar(context) {
    return { token: (await openAccount(context)).token, body: pictureForm(await jpeg()) };
  },
  async listUsers(context) {
    return { token: (await openAccount(context)).token };
  },
  async updateAccount(context, example) {
    const { token } =
      'new_password' in example && !('password' in example)
        ? await logIn(context)
        : await openAccount(context, example.password === undefined ? {} : { password: example.password });
    const names = (['username', 'email', 'phone'] as const).filter((kind) => typeof example[kind] === 'string');
    return { token, body: { ...example, ...Object.fromEntries(names.map((kind) => [kind, newLoginName(context.target, kind)])) } };
  },
  sendSmsCode: async ({ target }, example) => ({ body: { ...example, phone: target.newPhone() } }),
  async checkSmsCode(context, example) {
    const phone = context.target.newPhone();
    return { body: { phone, code: inTypeOf(await sendSms(context, phone), example) } };
  },
  async verifyPhone(context, example) {
    const phone = context.target.newPhone();
    const { token } = await openAccount(context);
    if (example.phone === undefined) await context.call('updateAccount', { token, body: { phone } });
    return { token, body: { code: inTypeOf(await sendSms(context, phone), example), ...(example.phone !== undefined && { phone }) } };
  },
  async sendVerificationEmail(context) {
    const { body } = await context.call('registerByEmail', { body: { email: newLoginName(context.target, 'email'), password } });
    return { token: body.token };
  },
  requestPasswordReset: async ({ target }) => ({ body: { email: newLoginName(target, 'email') } }),
  async createMergeTicket(context, example, how) {
    const { token } = await openAccount(context);
    if (how || 'platform' in example) {
      await logIn(context, context.person, 'qq');
      return { token, body: { platform: 'qq', code: await context.codeOn('qq', context.person, how) } };
    }
    if (!('sms_code' in example)) return { token, body: { username: (await openAccount(context)).username, password } };
    const { phone } = await verifyPhoneElsewhere(context);
    return { token, body: { phone, sms_code: await sendSms(context, phone) } };
  },
  async previewMerge(context) {
    const { token, merge_ticket } = await holdTicket(context);
    return { token, body: { merge_ticket } };
  },
  async mergeAccounts(context, example) {
    const { token, merge_ticket } = await holdTicket(context);
    return { token, body: { merge_ticket, choices: { ...Object(example.choices), username: 'mine', password: 'mine' } } };
  },
  createScanLogin: async () => ({}),
  openScanLogin: scannedCode,
  confirmScanLogin: scannedCode,
  refuseScanLogin: scannedCode,
  async pollScanLogin({ call }) {
    const { body } = await call('createScanLogin');
    return { body: { poll_token: body.poll_token } };
  },
  createWebLogin: async (_context, example) => ({ body: { ...example, callback_url: callbackPage } }),
  loginOnWeb: async (context, example) => ({ body: { ...example, auth_token: await webTokenOf(context) } }),
  silentLoginOnWeb: async (context, example) => ({ body: { ...example, auth_token: await webTokenOf(context, { silent: true }) } }),
  async linkOnWeb(context, example) {
    const { token } = await openAccount(context);
    return { token, body: { ...example, auth_token: await webTokenOf(context, { token }) } };
  },
  getServerTime: async () => ({}),
  getLatestSdkVersion: async () => ({}),
  silentLogin: platformLogin(),
  authorizedLogin: platformLogin('profile'),
  async phoneLogin(context, example, how) {
    if ('code' in example) return platformLogin('phone')(context, example, how);
    return { token: (await logIn(context)).token, body: await granted('phone', context, example, how) };
  },
  async link(context, example, how) {
    const { token } = await logInElsewhere(context);
    return { token, body: await codeAnd('profile', context, example, how) };
  },
  async updatePhone(context, example, how) {
    const { token } = await logIn(context);
    if ('code' in example) return { token, body: await codeAnd('phone', context, example, how) };
    return { token, body: { ...example, ...(await granted('phone', context, example, how)) } };
  },
  async updateProfile(context, example, how) {
    const { token } = await logIn(context);
    return { token, body: 'code' in example ? await codeAnd('profile', context, example, how) : example };
  },
};
