import { clientError } from '../../core/errors.ts';
import { emailOf, isStranger, nicknameOf, type PersonKey, phoneOf, sandboxName } from '../people.ts';
import { init, type Phone, phoneOn } from '../phones.ts';
import { factsOf, type Platform } from '../platforms.ts';
import { askSandbox } from '../server.ts';
import { getState } from '../state.ts';
import type { Press, Step } from '../steps.ts';
import { latestCode, receive } from './inbox.ts';
import { link } from './link.ts';

/** A press that runs. */
export interface Running {
  platform: Platform;
  person: PersonKey;
  step: Step;
  phone: Phone;
  /** Called when the person has answered whether to merge. */
  onMerge(agreed: boolean): void;
}

/** The password of everyone in the playground. */
export const password = 'plum-rain-june';
const wrongPassword = 'plum-rain-july';
/** A name that the sandbox's WeChat refuses. */
const improperName = '违规昵称';

export const usernameOf = (person: PersonKey): string => sandboxName(getState().world, person).replaceAll('-', '_');
const mistypes = ({ fault }: Step): boolean => fault === 'mistypes';
const numberOf = (person: PersonKey): string => phoneOf(getState().world, person);

/** The code that the person types: the one of the latest SMS, or one that differs in a digit. */
function typed(code = '123456', wrong = false): string {
  return wrong ? `${(Number(code[0]) + 1) % 10}${code.slice(1)}` : code;
}

/** The app at each button, with the platform's client. */
export const actions: Record<Exclude<Press, 'link_all'>, (running: Running) => Promise<unknown>> = {
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
  link: ({ platform, step, onMerge }) => link(platform, step, onMerge),
  async unlink({ phone, platform, step: { other = platform } }) {
    const { data } = await phone.shim.baas.auth.listIdentities();
    const identity = data.objects.find((candidate) => candidate.platform === other);
    if (!identity) throw clientError(605, `${other} is not linked`);
    return phone.shim.baas.auth.unlinkIdentity(identity.id);
  },
  refresh: ({ phone }) => phone.shim.baas.auth.refreshSession(),
  async sms({ phone, person }) {
    await phone.shim.baas.sendSmsCode({ phone: numberOf(person) });
    await receive('sms', numberOf(person));
  },
  sms_login: ({ phone, person, step }) =>
    phone.shim.baas.auth.loginWithSmsVerificationCode(
      numberOf(person),
      typed(latestCode(numberOf(person)), mistypes(step)),
      isStranger(person) ? { createUser: false } : {},
    ),
  async mail({ phone, person }) {
    const address = emailOf(getState().world, person);
    const user = await phone.shim.baas.auth.getCurrentUser();
    await user.setEmail(address, { sendVerificationEmail: true });
    await receive('mail', address);
  },
  async register({ phone, person }) {
    const user = await phone.shim.baas.auth.getCurrentUser();
    return user.setAccount({ username: usernameOf(person), password });
  },
  name: ({ phone, person, step }) =>
    phone.shim.baas.auth.setProfile({ nickname: mistypes(step) ? improperName : `${nicknameOf(person)} 2` }),
  async withdraw({ phone, platform, person }) {
    const pushed = { person: sandboxName(getState().world, person), event: 'revoke', data: 'profile' };
    const result = await askSandbox<object>('POST', `${platform}/push`, pushed);
    phone.record?.({ kind: 'push', call: `POST /v1/pushes/${platform}/sandbox-${platform}`, result });
  },
  password_login: ({ phone, person, step }) =>
    phone.shim.baas.auth.login({ username: usernameOf(person), password: mistypes(step) ? wrongPassword : password }),
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

/** Runs the app's part of a press. */
export async function act(platform: Platform, running: Omit<Running, 'platform' | 'phone'>): Promise<void> {
  if (running.step.press === 'link_all') throw new Error('link_all is several presses');
  init(platform);
  await actions[running.step.press]({ ...running, platform, phone: phoneOn(platform) });
}
