import { clientError } from '../../core/errors.ts';
import { emailOf, isStranger, nicknameOf, type PersonKey, sandboxName } from '../people.ts';
import { init, type Phone, phoneOf, phoneOn } from '../phones.ts';
import { factsOf } from '../platforms.ts';
import { getState } from '../state.ts';
import type { Press, Step } from '../steps.ts';
import { type Event, events, isEvent, platformsReset } from './events.ts';
import { latestCode, receive } from './inbox.ts';
import { type Linking, link, mergeAccounts } from './link.ts';
import { listUsers } from './list.ts';
import { scan, showCode } from './scan.ts';

/** A press that runs. */
export interface Running extends Linking {
  person: PersonKey;
  phone: Phone;
}

/** The password of everyone in the playground. */
export const password = 'plum-rain-june';
const wrongPassword = 'plum-rain-july';
/** A name that the sandbox's WeChat refuses. */
const improperName = '违规昵称';

export const usernameOf = (person: PersonKey): string => sandboxName(getState().world, person).replaceAll('-', '_');
const mistypes = ({ fault }: Step): boolean => fault === 'mistypes';

/** The code that the person types: the one of the latest SMS, or one that differs in a digit. */
function typed(code = '123456', wrong = false): string {
  return wrong ? `${(Number(code[0]) + 1) % 10}${code.slice(1)}` : code;
}

/** The app at each button, with the platform's client. */
const actions: Record<Exclude<Press, 'link_all' | Event>, (running: Running) => Promise<unknown>> = {
  login: ({ phone, person }) => phone.shim.baas.auth.login(isStranger(person) ? { createUser: false } : {}),
  async profile({ phone, platform }) {
    return phone.shim.baas.auth.loginWithProfile(factsOf(platform).asksForCode ? undefined : await phone.host.tapProfile());
  },
  async phone({ phone, platform }) {
    const { baas, updatePhone } = phone.shim;
    const isLoggedIn = getState().phones[platform].user !== undefined;
    // A login changes the key that seals the number, so the code comes first.
    const code = factsOf(platform).phone === 'signed' ? '' : await codeOf(phone);
    const event = await phone.host.tapPhone();
    return isLoggedIn ? updatePhone?.(event, code) : baas.auth.loginWithPhone(event, code === '' ? {} : { code });
  },
  link,
  merge: mergeAccounts,
  async unlink({ phone, platform, step: { other = platform } }) {
    const { data } = await phone.shim.baas.auth.listIdentities();
    const identity = data.objects.find((candidate) => candidate.platform === other);
    if (!identity) throw clientError(605, `${other} is not linked`);
    return phone.shim.baas.auth.unlinkIdentity(identity.id);
  },
  refresh: ({ phone }) => phone.shim.baas.auth.refreshSession(),
  async sms({ phone, person }) {
    await phone.shim.baas.sendSmsCode({ phone: phoneOf(person) });
    await receive('sms', phoneOf(person));
  },
  sms_login: ({ phone, person, step }) =>
    phone.shim.baas.auth.loginWithSmsVerificationCode(
      phoneOf(person),
      typed(latestCode(phoneOf(person)), mistypes(step)),
      isStranger(person) ? { createUser: false } : {},
    ),
  async mail({ phone, person, step }) {
    const address = emailOf(getState().world, person);
    const user = await phone.shim.baas.auth.getCurrentUser();
    await user.setEmail(mistypes(step) ? address.replace('@', ' at ') : address, { sendVerificationEmail: true });
    await receive('mail', address);
  },
  async register({ phone, platform, person }) {
    const credentials = { username: usernameOf(person), password };
    const { user } = getState().phones[platform];
    if (!user || user._anonymous) return phone.shim.baas.auth.register(credentials);
    return (await phone.shim.baas.auth.getCurrentUser()).setAccount(credentials);
  },
  avatar: async ({ phone }) => phone.shim.baas.auth.setProfile({ avatarPath: await phone.host.choosePicture() }),
  name({ phone, platform, person, step }) {
    const own = nicknameOf(person);
    const chosen = getState().phones[platform].user?.nickname === own ? `${own} 2` : own;
    return phone.shim.baas.auth.setProfile({ nickname: mistypes(step) ? improperName : chosen });
  },
  password_login: ({ phone, person, step }) =>
    phone.shim.baas.auth.login({ username: usernameOf(person), password: mistypes(step) ? wrongPassword : password }),
  anonymous: ({ phone }) => phone.shim.baas.auth.anonymousLogin(),
  list: ({ phone, step }) => listUsers(phone, mistypes(step)),
  qr: ({ phone }) => showCode(phone),
  scan: ({ phone }) => scan(phone),
  end_others: ({ phone }) => phone.shim.baas.auth.endOtherSessions(),
  close: ({ phone }) => phone.shim.baas.auth.requestClosure(),
  keep: ({ phone }) => phone.shim.baas.auth.cancelClosure(),
  logout: ({ phone }) => phone.shim.baas.auth.logout(),
};

/** Milliseconds that the app waits for a code. */
const patience = 1500;

/** A login code that the app fetches itself. */
function codeOf(phone: Phone): Promise<string> {
  const tooLate = new Promise<never>((_, reject) => {
    setTimeout(() => reject(clientError(601, 'the host did not call back from login')), patience);
  });
  return Promise.race([phone.host.code().catch((failure) => Promise.reject(clientError(600, undefined, failure))), tooLate]);
}

/** Runs the app's part of a press, or an event that is not the app's. */
export async function act(running: Omit<Running, 'phone'>): Promise<void> {
  const { platform, step } = running;
  if (step.press === 'link_all') throw new Error('link_all is several presses');
  const phone = phoneOn(platform);
  if (isEvent(step.press)) return phone.record?.(await events[step.press](running));
  await platformsReset();
  init(platform);
  await actions[step.press]({ ...running, phone });
}
