import type { MyNamespace } from '../../alipay.ts';
import type { Swan } from '../../baidu.ts';
import type { Tt } from '../../bytedance.ts';
import { clientError } from '../../core/errors.ts';
import type { HostFailure } from '../../core/hostFailure.ts';
import type { PhoneGrant, ProfileGrant } from '../../core/types.ts';
import { type Fault, platformFaults, tampers } from '../faults.ts';
import { factsOf, namespaceOf, type Platform } from '../platforms.ts';
import { askSandbox } from '../server.ts';
import { asMy } from './my.ts';
import { drawPicture } from './pictures.ts';
import type { Exchange } from './recording.ts';
import { parsed, sendRecorded } from './send.ts';

/** The calls of the hosts' global objects (`wx`, `qq`, `swan` …), of which each has a part. */
export type Namespace = Swan & Tt;
type RequestOptions = Parameters<Namespace['request']>[0];
type UploadOptions = Parameters<Namespace['uploadFile']>[0];
type LoginOptions = Parameters<Namespace['login']>[0];

/** Dialogs of the host, which the person answers. */
export type Dialog = 'profile' | 'phone';

/** A phone's state and surroundings, read at each call of the host. */
export interface PhoneParts {
  /** The person's name in the sandbox. */
  person(): string;
  /** The person's nickname. */
  nickname(): string;
  fault(): Fault;
  /** The host's storage for the app. */
  storage(): Map<string, unknown>;
  /** Asks the person. */
  ask(dialog: Dialog): Promise<boolean>;
  record(exchange: Exchange): void;
}

/** The parts of a host that an app uses without its client. */
export interface Taps {
  /** The event of a `getUserInfo` button. */
  tapProfile(): Promise<{ detail: ProfileGrant }>;
  /** The event of a `getPhoneNumber` button. */
  tapPhone(): Promise<{ detail: PhoneGrant }>;
  /** The file of the picture that the person chose. */
  choosePicture(): Promise<string>;
  /** A login code, as the app gets it from the host. */
  code(): Promise<string>;
}
export interface PhoneHost extends Taps {
  /** The host's global object: `wx`, `qq` … */
  namespace: Namespace;
  /** The same in Alipay's form. */
  my: MyNamespace;
}

const none = () => Promise.reject(clientError(611));
/** A page in a browser has no host app. */
export const noTaps: Taps = { tapProfile: none, tapPhone: none, choosePicture: none, code: none };

/** A phone's host app, played by the sandbox. */
export function createPhoneHost(platform: Platform, parts: PhoneParts): PhoneHost {
  const { loginCall = 'login', failureOf } = factsOf(platform);
  const global = namespaceOf(platform);
  const isOffline = () => parts.fault() === 'offline';
  const isSilent = () => parts.fault() === 'silent_host';

  const fetchCode = async (): Promise<string> => {
    const fault = platformFaults[parts.fault()];
    const used = parts.fault() === 'used_code';
    const asked = { person: parts.person(), ...(fault && { fault }), ...(used && { used }) };
    return (await askSandbox<{ code: string }>('POST', `${platform}/login`, asked)).code;
  };
  /** Makes and records a call of the host. @param action its name in failures */
  const hostCall = async <Result extends object>(call: string, action: string, answer: () => Promise<Result>): Promise<Result> => {
    try {
      if (isOffline()) throw { errMsg: `${action}:fail network` };
      const result = await answer();
      parts.record({ kind: 'host', call, result, failed: false });
      return result;
    } catch (failure) {
      const reported: HostFailure = failure instanceof Error ? { errMsg: `${action}:fail ${failure.message}` } : Object(failure);
      parts.record({ kind: 'host', call, result: reported, failed: true });
      throw reported;
    }
  };
  /** The same, for calls that a silent host never answers. */
  const answeredCall: typeof hostCall = (call, action, answer) => {
    if (!isSilent()) return hostCall(call, action, answer);
    parts.record({ kind: 'host', call, result: undefined, failed: true });
    return new Promise(() => undefined);
  };
  const declined = (action: string) => ({ errMsg: `${action}:fail auth deny` });
  const open = async (dialog: Dialog, action: string): Promise<Record<string, unknown>> => {
    const agreed = parts.fault() !== 'declines' && (await parts.ask(dialog));
    if (!agreed) return declined(action);
    const tamper = tampers[parts.fault()];
    const granted = await askSandbox<object>('POST', `${platform}/${dialog}`, { person: parts.person(), ...(tamper && { tamper }) });
    return { errMsg: `${action}:ok`, ...granted };
  };

  const fetchLogin = () =>
    answeredCall(`${global}.${loginCall}()`, loginCall, async () => ({ code: await fetchCode(), errMsg: `${loginCall}:ok` }));
  const login = ({ success, fail }: LoginOptions) => {
    fetchLogin().then(success, fail);
  };
  const namespace: Namespace = {
    request(options) {
      if (isSilent()) return;
      if (isOffline()) options.fail({ errMsg: 'request:fail' });
      else send(options).catch((error) => options.fail({ errMsg: `request:fail ${error}` }));
    },
    uploadFile(options) {
      if (isSilent()) return;
      if (isOffline()) options.fail({ errMsg: 'uploadFile:fail' });
      else upload(options).catch((error) => options.fail({ errMsg: `uploadFile:fail ${error}` }));
    },
    login,
    getLoginCode: login,
    getUserInfo({ success, fail }) {
      answeredCall(`${global}.getUserInfo()`, 'getUserInfo', async () => {
        const grant = await open('profile', 'getUserInfo');
        if (!('userInfo' in grant)) throw grant;
        return grant;
      }).then(success, fail);
    },
    getNetworkType: ({ success }) => success({ networkType: isOffline() ? 'none' : 'wifi' }),
    getStorageSync: (key) => parts.storage().get(key) ?? '',
    setStorageSync: (key, value) => void parts.storage().set(key, value),
    getSystemInfoSync: () => ({ appName: 'Douyin' }),
  };

  async function send({ url, method, data, header, success, fail }: RequestOptions): Promise<void> {
    const body = data === undefined ? undefined : JSON.stringify(data);
    const response = await sendRecorded(parts.record, { method, url, headers: header, body });
    const failure = response.ok ? undefined : failureOf?.(response.status);
    if (failure) fail(failure);
    else success({ statusCode: response.status, data: parsed(await response.text()) });
  }

  /** The files of the app on the phone. */
  const files = new Map<string, Blob>();
  async function upload({ url, filePath, name, header, success, fail }: UploadOptions): Promise<void> {
    const file = files.get(filePath);
    if (!file) return fail({ errMsg: 'uploadFile:fail no such file' });
    const body = new FormData();
    body.append(name, file, 'picture.png');
    const response = await sendRecorded(parts.record, { method: 'POST', url, headers: header, body });
    success({ statusCode: response.status, data: await response.text() });
  }

  /** A button's event, which contains the failure if there is one. */
  const tap = async (dialog: Dialog, action: string) => ({
    detail: await hostCall(`<button open-type="${action}">`, action, () => open(dialog, action)).catch(Object),
  });
  return {
    namespace,
    my: asMy(namespace, async () => parts.fault() !== 'declines' && parts.ask('profile')),
    tapProfile: () => tap('profile', 'getUserInfo'),
    tapPhone: () => tap('phone', 'getPhoneNumber'),
    async choosePicture() {
      const isButton = platform === 'wechat';
      const call = isButton ? '<button open-type="chooseAvatar">' : `${global}.chooseImage()`;
      const { path } = await hostCall(call, isButton ? 'chooseAvatar' : 'chooseImage', async () => ({ path: 'tmp://picture.png' }));
      files.set(path, await drawPicture(parts.nickname()));
      return path;
    },
    code: async () => (await fetchLogin()).code,
  };
}
