import { operationOn, otherPlatform, phonePlatforms } from '../../support/platforms.ts';
import { type Fields, fullestExample, type HostFault, kindOf, type Scene } from './scene.ts';
import type { Request } from './target.ts';

/** Does what must come before, and makes a request of an example that the target will carry out. */
type Arrangement = (scene: Scene, example: Fields, how?: HostFault) => Promise<Request>;

export const password = 'plum-rain-june';

/**
 * A request that the operation will carry out, after bringing about the state that it needs.
 *
 * @param example of the contract; the one with the most fields when absent
 * @param how the fault in the host's data, if any
 */
export function arrange(scene: Scene, example: Fields = fullestExample(scene.id), how?: HostFault): Promise<Request> {
  const arrangement = arrangements[kindOf(scene.id)];
  if (!arrangement) throw new Error(`nothing says how ${scene.id} is carried out: add it to arrangements.ts`);
  return arrangement(scene, example, how);
}

/** Opens a session of a new person with a name and a password. */
export async function openAccount({ call, target }: Scene, more: Fields = {}): Promise<{ id: number; token: string; username: string }> {
  const username = target.newName();
  const { body } = await call('registerByUsername', { body: { username, password, ...more } });
  return { id: body.id, token: body.token, username };
}

export const openAnonymous = async ({ call }: Scene): Promise<string> => (await call('loginAnonymously')).body.token;

/** Logs a person in silently. */
export async function logIn(scene: Scene, person = scene.person, platform = scene.platform): Promise<{ id: number; token: string }> {
  const { body } = await scene.call(operationOn('silentLogin', platform), { body: { code: await scene.codeOn(platform, person) } });
  return { id: body.user_info.id, token: body.token };
}

/** Logs a person in on another platform than the operation's. */
export const logInElsewhere = (scene: Scene) => logIn(scene, scene.person, otherPlatform(scene.platform));

/** Logs a person in on the other platform, with phone numbers, and verifies the number of the scene's person there. */
export async function provePhoneElsewhere(scene: Scene): Promise<{ id: number; token: string; phone: string }> {
  const elsewhere = otherPlatform(scene.platform, phonePlatforms);
  const code = await scene.codeOn(elsewhere, scene.person);
  const { encryptedData, iv, code: phone_code } = await scene.grantedOn('phone', elsewhere, scene.person);
  const { body } = await scene.call(operationOn('phoneLogin', elsewhere), { body: { code, encryptedData, iv, phone_code } });
  return { id: body.user_info.id, token: body.token, phone: body.user_info._phone };
}

/** Sends a number a code and says which. */
export async function sendSms(scene: Scene, phone: string): Promise<string> {
  await scene.call('sendSmsCode', { body: { phone } });
  return scene.smsCodeTo(phone);
}

/** Of what the host gives, the fields that the example has. */
async function granted(
  what: 'profile' | 'phone',
  { platform, person, grantedOn }: Scene,
  example: Fields,
  how?: HostFault,
): Promise<Fields> {
  const { code, ...given } = await grantedOn(what, platform, person, how);
  const all: Fields = { ...given, phone_code: code };
  return Object.fromEntries(Object.keys(example).flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}

/** The code first, then the profile or the number, as clients must. */
async function codeAnd(what: 'profile' | 'phone', scene: Scene, example: Fields, how?: HostFault): Promise<Fields> {
  const code = 'code' in example ? { code: await scene.codeOn(scene.platform, scene.person, how) } : {};
  // A fault is of the code; what is granted may be tampered with.
  const tamper = how?.tamper === undefined ? {} : { tamper: how.tamper };
  return { ...example, ...code, ...(await granted(what, scene, example, tamper)) };
}

/** Whether the example is of a person who has logged in before. */
const isReturning = ({ create_user }: Fields) => create_user === false;

const platformLogin =
  (what?: 'profile' | 'phone'): Arrangement =>
  async (scene, example, how) => {
    if (isReturning(example)) await logIn(scene);
    if (what) return { body: await codeAnd(what, scene, example, how) };
    return { body: { ...example, code: await scene.codeOn(scene.platform, scene.person, how) } };
  };

const registration =
  (kind: 'username' | 'email' | 'phone'): Arrangement =>
  async ({ target }, example) => ({ body: { ...example, [kind]: newLoginName(target, kind) } });

const passwordLogin =
  (kind: 'username' | 'email' | 'phone'): Arrangement =>
  async (scene, example) => {
    const body = { ...example, [kind]: newLoginName(scene.target, kind) };
    await scene.call(`registerBy${kind === 'username' ? 'Username' : kind === 'email' ? 'Email' : 'Phone'}`, { body });
    return { body };
  };

const newLoginName = ({ newName, newPhone }: Scene['target'], kind: 'username' | 'email' | 'phone') =>
  ({ username: newName, email: () => `${newName()}@example.com`, phone: newPhone })[kind]();

/** A code as text, or as a number where the example has one. */
const likewise = (code: string, example: Fields) => (typeof example.code === 'number' ? Number(code) : code);

const readUser: Arrangement = async (scene) => {
  const { id, token } = await openAccount(scene);
  return { token, params: { user_id: id } };
};

const arrangements: Record<string, Arrangement> = {
  registerByUsername: registration('username'),
  registerByEmail: registration('email'),
  registerByPhone: registration('phone'),
  loginByUsername: passwordLogin('username'),
  loginByEmail: passwordLogin('email'),
  loginByPhone: passwordLogin('phone'),
  async loginBySmsCode(scene, example) {
    const phone = isReturning(example) ? (await provePhoneElsewhere(scene)).phone : scene.target.newPhone();
    return { body: { ...example, phone, code: await sendSms(scene, phone) } };
  },
  loginAnonymously: async () => ({}),
  logout: async (scene) => ({ token: await openAnonymous(scene) }),
  getUser: readUser,
  async updateUser(scene, example) {
    return { token: await openAnonymous(scene), body: example };
  },
  async listUsers(scene) {
    return { token: (await openAccount(scene)).token };
  },
  async updateAccount(scene, example) {
    const { token } =
      'new_password' in example && !('password' in example)
        ? await logIn(scene)
        : await openAccount(scene, example.password === undefined ? {} : { password: example.password });
    const names = (['username', 'email', 'phone'] as const).filter((kind) => typeof example[kind] === 'string');
    return { token, body: { ...example, ...Object.fromEntries(names.map((kind) => [kind, newLoginName(scene.target, kind)])) } };
  },
  sendSmsCode: async ({ target }, example) => ({ body: { ...example, phone: target.newPhone() } }),
  async checkSmsCode(scene, example) {
    const phone = scene.target.newPhone();
    return { body: { phone, code: likewise(await sendSms(scene, phone), example) } };
  },
  async verifyPhone(scene, example) {
    const phone = scene.target.newPhone();
    const { token } = await openAccount(scene);
    if (example.phone === undefined) await scene.call('updateAccount', { token, body: { phone } });
    return { token, body: { code: likewise(await sendSms(scene, phone), example), ...(example.phone !== undefined && { phone }) } };
  },
  async sendVerificationEmail(scene) {
    const { body } = await scene.call('registerByEmail', { body: { email: newLoginName(scene.target, 'email'), password } });
    return { token: body.token };
  },
  requestPasswordReset: async ({ target }) => ({ body: { email: newLoginName(target, 'email') } }),
  getServerTime: async () => ({}),
  getLatestSdkVersion: async () => ({}),
  silentLogin: platformLogin(),
  authorizedLogin: platformLogin('profile'),
  async phoneLogin(scene, example, how) {
    if ('code' in example) return platformLogin('phone')(scene, example, how);
    return { token: (await logIn(scene)).token, body: await granted('phone', scene, example, how) };
  },
  async link(scene, example, how) {
    const { token } = await logInElsewhere(scene);
    return { token, body: await codeAnd('profile', scene, example, how) };
  },
  async updatePhone(scene, example, how) {
    const { token } = await logIn(scene);
    if ('code' in example) return { token, body: await codeAnd('phone', scene, example, how) };
    return { token, body: { ...example, ...(await granted('phone', scene, example, how)) } };
  },
  async updateProfile(scene, example, how) {
    const { token } = await logIn(scene);
    return { token, body: 'code' in example ? await codeAnd('profile', scene, example, how) : example };
  },
};
