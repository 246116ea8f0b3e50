import type { errorCodes } from '../../../generated/errors.ts';
import type { OperationId } from '../../../generated/operations.ts';
import { requestMediaOf, takesServerKey } from '../../support/contract.ts';
import { pictureForm } from '../../support/pictures.ts';
import { factsOf, operationOn, type PlatformFacts } from '../../support/platforms.ts';
import { type Context, type Fields, fullestExample, type HostFault, kindOf, platformOf } from './context.ts';
import {
  firstIdentity,
  logIn,
  logInElsewhere,
  openAccount,
  openAnonymous,
  password,
  prepare,
  sendSms,
  verifyPhoneElsewhere,
  webTokenOf,
} from './fixtures.ts';
import type { Request } from './target.ts';

export type ErrorCode = keyof typeof errorCodes;

interface ErrorFixture {
  /** Prepares the target, and returns a request that it refuses with the error. */
  provoke(context: Context): Promise<Request>;
  /** @returns the reason why no client can cause an operation's error; undefined if one can */
  unreachable?: (id: OperationId) => string | undefined;
}

const never = (reason: string): ErrorFixture => ({
  provoke: () => Promise.reject(new Error(reason)),
  unreachable: () => reason,
});
const onlyOn = (ids: (id: OperationId) => boolean, reason: string) => (id: OperationId) => (ids(id) ? undefined : reason);
const onPlatformsThat = (holds: (facts: PlatformFacts) => unknown) => (id: OperationId) => {
  const platform = platformOf(id);
  return platform !== undefined && Boolean(holds(factsOf(platform)));
};

const hostFault = (how: HostFault) => (context: Context) => prepare(context, withoutPhoneCode(context, how), how);
/** Tampering concerns the sealed number, which is read only without the phone code. */
const withoutPhoneCode = ({ id }: Context, { tamper }: HostFault): Fields => {
  const { phone_code, ...sealed } = fullestExample(id);
  return tamper === undefined && phone_code !== undefined ? { ...sealed, phone_code } : sealed;
};

const change =
  (fields: Fields) =>
  async (context: Context): Promise<Request> => {
    const request = await prepare(context);
    return { ...request, body: { ...(request.body as Fields), ...fields } };
  };

const unlessDrawing = onlyOn(
  (id) => id !== 'createScanLogin',
  'the app has a link, which replaces a picture that the platform does not draw',
);

/** How a client causes each error of the contract. */
export const errors: Record<ErrorCode, ErrorFixture> = {
  request_invalid: {
    async provoke(context) {
      if (!takesServerKey(context.id)) return { ...(await prepare(context)), headers: { 'X-Hydrogen-Env-ID': 'no environment' } };
      return requestMediaOf(context.id) ? { body: '' } : { query: { limit: '0' } };
    },
  },
  auth_token_invalid: { provoke: change({ auth_token: 'x'.repeat(43) }) },
  client_unknown: {
    provoke: async (context) => ({ ...(await prepare(context)), headers: { 'X-Hydrogen-Client-ID': `unknown-${context.person}` } }),
  },
  session_required: { provoke: async (context) => ({ ...(await prepare(context)), token: undefined }) },
  session_forbidden: { provoke: async (context) => ({ ...(await prepare(context)), token: undefined }) },
  session_invalid: { provoke: async (context) => ({ ...(await prepare(context)), token: 'x'.repeat(43) }) },
  server_key_invalid: { provoke: async (context) => ({ ...(await prepare(context)), headers: { Authorization: 'Bearer no-key' } }) },
  scope_missing: never('the key of the suite has every scope'),
  subject_token_invalid: { provoke: change({ subject_token: 'x'.repeat(43) }) },
  login_not_fresh: never('a session becomes old only with time'),
  body_too_large: {
    async provoke(context) {
      if (kindOf(context.id) === 'updateAvatar') return { ...(await prepare(context)), body: pictureForm(Buffer.alloc(1_048_577)) };
      return change({ padding: 'x'.repeat(128 * 1024) })(context);
    },
  },
  media_type_unsupported: {
    provoke: async (context) => ({ body: {}, ...(await prepare(context)), headers: { 'Content-Type': 'text/plain' } }),
  },

  picture_invalid: { provoke: async (context) => ({ ...(await prepare(context)), body: pictureForm(Buffer.from('<svg/>')) }) },
  code_invalid: {
    async provoke(context) {
      const { token } = await prepare(context);
      if (context.id === 'createMergeTicket') return { token, body: { platform: 'qq', code: 'never-given' } };
      return change({ code: 'never-given' })(context);
    },
  },
  code_used: {
    async provoke(context) {
      const request = await prepare(context);
      const { code } = request.body as Fields;
      await context.call(operationOn('silentLogin', context.platform), { body: { code } });
      return request;
    },
    unreachable: onlyOn(
      onPlatformsThat(({ tellsUsedCodes }) => tellsUsedCodes),
      'the platform does not distinguish a used code from a wrong one',
    ),
  },
  signature_invalid: {
    provoke: hostFault({ tamper: 'bad_signature' }),
    unreachable: onlyOn(
      onPlatformsThat(({ profile }) => profile.includes('signature')),
      'the platform signs nothing',
    ),
  },
  code_foreign: {
    async provoke(context) {
      const { body, ...request } = await prepare(context);
      return { ...request, body: { ...(body as Fields), code: await context.codeOn(context.platform, context.target.newName()) } };
    },
  },
  session_key_expired: {
    async provoke(context) {
      const { phone_code, code, ...body } = (await hostFault({ tamper: 'stale_key' })(context)).body as Fields;
      return { token: (await openAccount(context)).token, body };
    },
  },
  sealed_data_invalid: {
    provoke: hostFault({ tamper: 'garbage' }),
    unreachable: onlyOn(
      onPlatformsThat(({ profile, phone }) => profile.includes('iv') || phone?.includes('iv') || phone?.includes('response')),
      'the platform seals nothing',
    ),
  },
  phone_code_invalid: { provoke: change({ phone_code: 'never-given' }) },
  platform_failed: { provoke: hostFault({ fault: { kind: 'garbage' } }), unreachable: unlessDrawing },
  platform_busy: { provoke: hostFault({ fault: { kind: 'busy' } }), unreachable: unlessDrawing },
  platform_rate_limited: { provoke: hostFault({ fault: { kind: 'rate_limited' } }), unreachable: unlessDrawing },
  platform_timeout: { provoke: hostFault({ fault: { kind: 'hang' } }), unreachable: unlessDrawing },
  user_banned: never('operators ban users, by command'),
  person_blocked: {
    async provoke(context) {
      const { body, ...request } = await prepare(context);
      const code = await context.codeOn(context.platform, `blocked_${context.person}`);
      return { ...request, body: { ...(body as Fields), code } };
    },
    unreachable: onlyOn(
      onPlatformsThat(({ blocks }) => blocks),
      'the sandbox blocks people of WeChat, QQ and Kuaishou only',
    ),
  },

  identity_not_found: {
    async provoke(context) {
      if (context.id !== 'createMergeTicket') return change({ create_user: false })(context);
      const { token } = await openAccount(context);
      return { token, body: { platform: 'qq', code: await context.codeOn('qq', context.target.newName()) } };
    },
  },
  identity_taken: {
    async provoke(context) {
      await logIn(context);
      return prepare(context);
    },
  },
  identity_conflict: never('the sandbox reports ids of one person only'),
  platform_already_linked: {
    async provoke(context) {
      const { id, platform, target } = context;
      if (id === 'linkOnWeb') {
        const { token } = await openAccount(context);
        await context.call(id, { token, body: { auth_token: await webTokenOf(context, { token, person: target.newName() }) } });
        return { token, body: { auth_token: await webTokenOf(context, { token }) } };
      }
      const isLink = kindOf(id) === 'link';
      const { token } = isLink ? await logInElsewhere(context) : await verifyPhoneElsewhere(context);
      await context.call(operationOn('link', platform), { token, body: { code: await context.codeOn(platform, target.newName()) } });
      return { ...(await prepare(context)), ...(isLink && { token }) };
    },
  },
  unionid_conflict: never('in the sandbox a person has one openid, and no one else has that unionid'),

  credentials_invalid: {
    async provoke(context) {
      if (kindOf(context.id) !== 'updateAccount') return change({ password: 'wrong' })(context);
      const { token } = await openAccount(context);
      return { token, body: { password: 'wrong', new_password: password } };
    },
  },
  username_taken: { provoke: (context) => takeName(context, 'username') },
  email_taken: { provoke: (context) => takeName(context, 'email') },
  phone_taken: {
    async provoke(context) {
      const { phone } = await verifyPhoneElsewhere(context);
      if (kindOf(context.id) === 'registerByPhone') return { body: { phone, password } };
      return { token: (await openAccount(context)).token, body: { phone } };
    },
    unreachable: onlyOn(
      (id) => kindOf(id) === 'registerByPhone' || kindOf(id) === 'updateAccount',
      "whether sealed numbers are trusted is the app's configuration",
    ),
  },
  phone_sole_login: {
    async provoke(context) {
      const phone = context.target.newPhone();
      await context.changePerson(context.person, { phone });
      await context.call('loginBySmsCode', { body: { phone, code: await sendSms(context, phone) } });
      await logIn(context);
      return prepare(context);
    },
    unreachable: onlyOn((id) => id !== 'verifyPhone', 'it needs two codes to one number, a minute apart'),
  },
  last_way_in: {
    async provoke(context) {
      if (kindOf(context.id) === 'updateAccount') return { token: (await openAccount(context)).token, body: { username: null } };
      const { token } = await logIn(context);
      return { token, params: { identity_id: await firstIdentity(context, token) } };
    },
    unreachable: onlyOn((id) => id !== 'mergeAccounts', 'a merge replaces each way to log in that it removes'),
  },
  merge_ticket_invalid: {
    async provoke(context) {
      const { token } = await openAccount(context);
      return { token, body: { merge_ticket: 'x'.repeat(43), ...(context.id === 'createMergeTicket' && { password }) } };
    },
  },
  scan_login_not_found: {
    provoke: (context) => change(context.id === 'pollScanLogin' ? { poll_token: 'x'.repeat(43) } : { ticket: 'x'.repeat(22) })(context),
  },
  scan_login_taken: {
    async provoke(context) {
      const request = await prepare(context);
      const { ticket } = request.body as Fields;
      await context.call('openScanLogin', { token: (await openAccount(context)).token, body: { ticket } });
      return request;
    },
  },
  check_code_invalid: {
    async provoke(context) {
      const { ticket, check_code } = (await context.call('createScanLogin')).body;
      return { token: (await openAccount(context)).token, body: { ticket, check_code: check_code === '00' ? '01' : '00' } };
    },
  },
  request_denied: never("it is the app's configuration"),
  challenge_required: never("it is the app's configuration"),
  hook_unavailable: never("it is the app's configuration"),
  check_code_needed: never('the page and the phone of the suite share an address'),
  scan_login_elsewhere: never("it is the app's configuration"),
  merge_proof_needed: {
    async provoke(context) {
      const { token } = await openAccount(context);
      const { phone } = await verifyPhoneElsewhere(context);
      const { body } = await context.call('createMergeTicket', { token, body: { phone, sms_code: await sendSms(context, phone) } });
      return { token, body: { merge_ticket: body.merge_ticket } };
    },
  },
  merge_same_account: {
    async provoke(context) {
      const { token, username } = await openAccount(context);
      return { token, body: { username, password } };
    },
  },
  merge_banned: never('operators ban users, by command'),
  content_refused: {
    async provoke(context) {
      const { body } = await context.call('silentLoginWechat', { body: { code: await context.codeOn('wechat', context.person) } });
      return {
        ...(await prepare(context)),
        token: body.token,
        body: context.id === 'updateUser' ? { nickname: '违规' } : { nickName: '违规' },
      };
    },
  },
  content_unchecked: never('it takes a platform that fails for everyone'),
  merge_closing: {
    async provoke(context) {
      const [{ token }, other] = [await openAccount(context), await openAccount(context)];
      const proof = { username: other.username, password };
      const { body } = await context.call('createMergeTicket', { token, body: proof });
      await context.call('requestClosure', { token: other.token });
      return { token, body: context.id === 'createMergeTicket' ? proof : { merge_ticket: body.merge_ticket } };
    },
  },
  merge_choice_missing: { provoke: change({ choices: {} }) },
  merge_too_large: {
    async provoke(context) {
      const [mine, theirs] = [await openAccount(context), await openAccount(context)];
      const fields = (prefix: string) => Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`${prefix}${n}`, n]));
      await context.call('updateUser', { token: mine.token, body: fields('a') });
      await context.call('updateUser', { token: theirs.token, body: fields('b') });
      const { token } = mine;
      const { body } = await context.call('createMergeTicket', { token, body: { username: theirs.username, password } });
      return { token, body: { merge_ticket: body.merge_ticket, choices: { username: 'mine', password: 'mine' } } };
    },
  },
  anonymous_forbidden: { provoke: async (context) => ({ ...(await prepare(context)), token: await openAnonymous(context) }) },
  user_not_found: {
    async provoke(context) {
      if (kindOf(context.id) === 'getUser') return { ...(await prepare(context)), params: { user_id: Number.MAX_SAFE_INTEGER } };
      const phone = context.target.newPhone();
      const code = await sendSms(context, phone);
      if (context.id === 'createMergeTicket') return { token: (await openAccount(context)).token, body: { phone, sms_code: code } };
      return { body: { phone, code, create_user: false } };
    },
  },

  session_not_found: {
    provoke: async (context) => ({ ...(await prepare(context)), params: { session_id: Number.MAX_SAFE_INTEGER } }),
  },
  endpoint_not_found: { provoke: change({ endpoint: 'no-such-endpoint' }) },
  identity_not_linked: {
    provoke: async (context) => ({ ...(await prepare(context)), params: { identity_id: Number.MAX_SAFE_INTEGER } }),
  },

  phone_already_bound: {
    async provoke(context) {
      const request = await prepare(context);
      await context.call('updateAccount', { token: request.token, body: { phone: context.target.newPhone() } });
      return { ...request, body: { ...(request.body as Fields), overwrite: false } };
    },
  },
  sms_code_invalid: {
    async provoke(context) {
      if (context.id !== 'createMergeTicket') return change({ code: '0000' })(context);
      return { token: (await openAccount(context)).token, body: { phone: context.target.newPhone(), sms_code: '0000' } };
    },
  },
  sms_rate_limited: {
    async provoke(context) {
      const request = await prepare(context);
      await context.call(context.id, request);
      return request;
    },
  },
  email_missing: { provoke: async (context) => ({ token: (await openAccount(context)).token }) },
  phone_missing: { provoke: async (context) => ({ body: { code: '048213' }, token: (await openAccount(context)).token }) },
  rate_limited: {
    async provoke(context) {
      const request = await prepare(context);
      await context.call(context.id, request);
      return request;
    },
    unreachable: onlyOn((id) => id === 'sendVerificationEmail', 'a server is tested with RATE_LIMIT=off'),
  },

  query_too_expensive: never('it needs an app with a hundred thousand users'),
  list_forbidden: never("it is the app's configuration"),
  login_method_disabled: never("it is the app's configuration"),
  profile_update_forbidden: never("it is the app's configuration"),
  app_misconfigured: never("it is the app's configuration"),
  delivery_unavailable: never("it is the server's configuration"),
  internal_error: never('no request may cause it'),
  store_unavailable: never("it is the server's database"),
  path_not_found: never('no operation has it'),
  method_not_allowed: never('no operation has it'),
};

/** Gives the name to another account. An unverified address may be claimed again, so it is verified by its mail. */
async function takeName(context: Context, kind: 'username' | 'email'): Promise<Request> {
  const name = kind === 'username' ? (await openAccount(context)).username : await verifyAddress(context);
  if (kindOf(context.id) === 'updateAccount') return { token: (await openAccount(context)).token, body: { [kind]: name } };
  return { body: { [kind]: name, password } };
}

async function verifyAddress(context: Context): Promise<string> {
  const email = `${context.target.newName()}@example.com`;
  const { body } = await context.call('registerByEmail', { body: { email, password } });
  await context.call('sendVerificationEmail', { token: body.token });
  const [link = ''] = /https?:\S+/.exec((await context.lastMailTo(email)) ?? '') ?? [];
  const { status } = await fetch(link, { method: 'POST' });
  if (status !== 200) throw new Error(`the link of the mail answered ${status}`);
  return email;
}
