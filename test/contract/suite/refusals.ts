import type { errorCodes } from '../../../generated/errors.ts';
import type { OperationId } from '../../../generated/operations.ts';
import { factsOf, operationOn, type PlatformFacts } from '../../support/platforms.ts';
import { arrange, logIn, logInElsewhere, openAccount, openAnonymous, password, provePhoneElsewhere, sendSms } from './arrangements.ts';
import { type Fields, fullestExample, type HostFault, kindOf, platformOf, type Scene } from './scene.ts';
import type { Request } from './target.ts';

export type ErrorCode = keyof typeof errorCodes;

interface Refusal {
  /** Brings the target to refuse the request that this makes. */
  provoke(scene: Scene): Promise<Request>;
  /** Why an operation that declares the error cannot be brought to it from outside; absent where it can. */
  outOfReach?: (id: OperationId) => string | undefined;
}

const never = (reason: string): Refusal => ({
  provoke: () => Promise.reject(new Error(reason)),
  outOfReach: () => reason,
});
const onlyOn = (ids: (id: OperationId) => boolean, reason: string) => (id: OperationId) => (ids(id) ? undefined : reason);
const onPlatformsThat = (holds: (facts: PlatformFacts) => unknown) => (id: OperationId) => {
  const platform = platformOf(id);
  return platform !== undefined && Boolean(holds(factsOf(platform)));
};

const hostFault = (how: HostFault) => (scene: Scene) => arrange(scene, withoutPhoneCode(scene, how), how);
/** Tampering concerns the sealed number, which counts only without a phone code. */
const withoutPhoneCode = ({ id }: Scene, { tamper }: HostFault): Fields => {
  const { phone_code, ...sealed } = fullestExample(id);
  return tamper === undefined && phone_code !== undefined ? { ...sealed, phone_code } : sealed;
};

const change =
  (fields: Fields) =>
  async (scene: Scene): Promise<Request> => {
    const request = await arrange(scene);
    return { ...request, body: { ...(request.body as Fields), ...fields } };
  };

/** How a client is refused with each error of the contract. */
export const refusals: Record<ErrorCode, Refusal> = {
  request_invalid: { provoke: async (scene) => ({ ...(await arrange(scene)), headers: { 'X-Hydrogen-Env-ID': 'no environment' } }) },
  client_unknown: {
    provoke: async (scene) => ({ ...(await arrange(scene)), headers: { 'X-Hydrogen-Client-ID': `unknown-${scene.person}` } }),
  },
  session_required: { provoke: async (scene) => ({ ...(await arrange(scene)), token: undefined }) },
  session_forbidden: { provoke: async (scene) => ({ ...(await arrange(scene)), token: undefined }) },
  session_invalid: { provoke: async (scene) => ({ ...(await arrange(scene)), token: 'x'.repeat(43) }) },
  login_not_fresh: never('a session grows old only with time'),
  body_too_large: { provoke: change({ padding: 'x'.repeat(128 * 1024) }) },
  media_type_unsupported: {
    provoke: async (scene) => ({ body: {}, ...(await arrange(scene)), headers: { 'Content-Type': 'text/plain' } }),
  },

  code_invalid: { provoke: change({ code: 'never-given' }) },
  code_used: {
    async provoke(scene) {
      const request = await arrange(scene);
      const { code } = request.body as Fields;
      await scene.call(operationOn('silentLogin', scene.platform), { body: { code } });
      return request;
    },
    outOfReach: onlyOn(
      onPlatformsThat(({ tellsUsedCodes }) => tellsUsedCodes),
      'the platform does not tell a used code from a wrong one',
    ),
  },
  signature_invalid: {
    provoke: hostFault({ tamper: 'bad_signature' }),
    outOfReach: onlyOn(
      onPlatformsThat(({ profile }) => profile.includes('signature')),
      'the platform signs nothing',
    ),
  },
  code_foreign: {
    async provoke(scene) {
      const { body, ...request } = await arrange(scene);
      return { ...request, body: { ...(body as Fields), code: await scene.codeOn(scene.platform, scene.target.newName()) } };
    },
  },
  session_key_expired: {
    async provoke(scene) {
      const { phone_code, code, ...body } = (await hostFault({ tamper: 'stale_key' })(scene)).body as Fields;
      return { token: (await openAccount(scene)).token, body };
    },
  },
  sealed_data_invalid: {
    provoke: hostFault({ tamper: 'garbage' }),
    outOfReach: onlyOn(
      onPlatformsThat(({ profile }) => profile.includes('iv')),
      'the platform seals nothing',
    ),
  },
  phone_code_invalid: { provoke: change({ phone_code: 'never-given' }) },
  platform_failed: { provoke: hostFault({ fault: { kind: 'garbage' } }) },
  platform_busy: { provoke: hostFault({ fault: { kind: 'busy' } }) },
  platform_rate_limited: { provoke: hostFault({ fault: { kind: 'rate_limited' } }) },
  platform_timeout: { provoke: hostFault({ fault: { kind: 'hang' } }) },
  person_blocked: never('the sandbox blocks no one'),

  identity_not_found: { provoke: change({ create_user: false }) },
  identity_taken: {
    async provoke(scene) {
      await logIn(scene);
      return arrange(scene);
    },
  },
  platform_already_linked: {
    async provoke(scene) {
      const { id, platform, target } = scene;
      const isLink = kindOf(id) === 'link';
      const { token } = isLink ? await logInElsewhere(scene) : await provePhoneElsewhere(scene);
      await scene.call(operationOn('link', platform), { token, body: { code: await scene.codeOn(platform, target.newName()) } });
      return { ...(await arrange(scene)), ...(isLink && { token }) };
    },
  },
  unionid_conflict: never('in the sandbox a person has one openid, and no one else has that unionid'),

  credentials_invalid: {
    async provoke(scene) {
      if (kindOf(scene.id) !== 'updateAccount') return change({ password: 'wrong' })(scene);
      const { token } = await openAccount(scene);
      return { token, body: { password: 'wrong', new_password: password } };
    },
  },
  username_taken: { provoke: (scene) => takeName(scene, 'username') },
  email_taken: { provoke: (scene) => takeName(scene, 'email') },
  phone_taken: {
    async provoke(scene) {
      const { phone } = await provePhoneElsewhere(scene);
      if (kindOf(scene.id) === 'registerByPhone') return { body: { phone, password } };
      return { token: (await openAccount(scene)).token, body: { phone } };
    },
    outOfReach: onlyOn(
      (id) => kindOf(id) === 'registerByPhone' || kindOf(id) === 'updateAccount',
      "whether sealed numbers are believed is the app's configuration",
    ),
  },
  phone_sole_login: {
    async provoke(scene) {
      const phone = scene.target.newPhone();
      await scene.giveNumber(scene.person, phone);
      await scene.call('loginBySmsCode', { body: { phone, code: await sendSms(scene, phone) } });
      await logIn(scene);
      return arrange(scene);
    },
    outOfReach: onlyOn((id) => id !== 'verifyPhone', 'it takes two codes to one number, which a minute lies between'),
  },
  last_way_in: { provoke: async (scene) => ({ token: (await openAccount(scene)).token, body: { username: null } }) },
  anonymous_forbidden: { provoke: async (scene) => ({ ...(await arrange(scene)), token: await openAnonymous(scene) }) },
  user_not_found: {
    async provoke(scene) {
      if (kindOf(scene.id) === 'getUser') return { ...(await arrange(scene)), params: { user_id: Number.MAX_SAFE_INTEGER } };
      const phone = scene.target.newPhone();
      return { body: { phone, code: await sendSms(scene, phone), create_user: false } };
    },
  },

  phone_already_bound: {
    async provoke(scene) {
      const request = await arrange(scene);
      await scene.call('updateAccount', { token: request.token, body: { phone: scene.target.newPhone() } });
      return { ...request, body: { ...(request.body as Fields), overwrite: false } };
    },
  },
  sms_code_invalid: { provoke: change({ code: '0000' }) },
  sms_rate_limited: {
    async provoke(scene) {
      const request = await arrange(scene);
      await scene.call(scene.id, request);
      return request;
    },
  },
  email_missing: { provoke: async (scene) => ({ token: (await openAccount(scene)).token }) },
  phone_missing: { provoke: async (scene) => ({ body: { code: '048213' }, token: (await openAccount(scene)).token }) },
  rate_limited: {
    async provoke(scene) {
      const request = await arrange(scene);
      await scene.call(scene.id, request);
      return request;
    },
    outOfReach: onlyOn((id) => id === 'sendVerificationEmail', 'a server is tested with RATE_LIMIT=off'),
  },

  query_too_expensive: never('it takes an app with a hundred thousand users'),
  list_forbidden: never("it is the app's configuration"),
  login_method_disabled: never("it is the app's configuration"),
  profile_update_forbidden: never("it is the app's configuration"),
  app_misconfigured: never("it is the app's configuration"),
  delivery_unavailable: never("it is the server's configuration"),
  internal_error: never('no request may provoke it'),
  store_unavailable: never("it is the server's database"),
  path_not_found: never('it is of no operation'),
  method_not_allowed: never('it is of no operation'),
};

/** Gives the name to another user; a claimed address may be claimed again, so it is verified by its mail. */
async function takeName(scene: Scene, kind: 'username' | 'email'): Promise<Request> {
  const name = kind === 'username' ? (await openAccount(scene)).username : await proveAddress(scene);
  if (kindOf(scene.id) === 'updateAccount') return { token: (await openAccount(scene)).token, body: { [kind]: name } };
  return { body: { [kind]: name, password } };
}

async function proveAddress(scene: Scene): Promise<string> {
  const email = `${scene.target.newName()}@example.com`;
  const { body } = await scene.call('registerByEmail', { body: { email, password } });
  await scene.call('sendVerificationEmail', { token: body.token });
  const [link = ''] = /https?:\S+/.exec(await scene.mailTo(email)) ?? [];
  const { status } = await fetch(link, { method: 'POST' });
  if (status !== 200) throw new Error(`the link of the mail answered ${status}`);
  return email;
}
