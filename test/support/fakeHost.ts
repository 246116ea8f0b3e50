import { createContext, runInContext, Script } from 'node:vm';
import { expect } from 'vitest';
import type { PlatformName } from '../../generated/operations.ts';
import { buildFile } from '../../tools/buildClient.ts';
import type { Backend } from './backend.ts';
import { leaveEs2015 } from './es2015.ts';
import { factsOf, phonePlatforms, platformNames } from './platforms.ts';

export { platformVerbs as verbs } from '../../client/core/verbs.ts';

export type MiniprogramPlatform = PlatformName;
type ClientPlatform = MiniprogramPlatform | 'web';
export const miniprogramPlatforms = platformNames;
/** Those whose hosts return a profile to the app. */
export const buttonPlatforms = platformNames.filter((platform) => !factsOf(platform).asksForCode);
/** Those of them whose client logs in with `{ forceLogin }` alone. */
export const forcedLoginPlatforms = buttonPlatforms.filter((platform) => factsOf(platform).forcedLogin);
/** Those of them whose hosts have a phone button, and the contract operations for it. */
export const phoneButtonPlatforms = phonePlatforms.filter((platform) => buttonPlatforms.includes(platform));

/** Each platform and the global object on which its client puts `BaaS`. */
export const namespaces = {
  ...Object.fromEntries(platformNames.map((platform) => [platform, factsOf(platform).namespace])),
  web: 'window',
} as Record<ClientPlatform, string>;

interface Callbacks {
  // biome-ignore lint/suspicious/noExplicitAny: any value that a host passes
  success?(result: any): void;
  fail?(failure?: unknown): void;
}
interface UploadOptions extends Callbacks {
  url: string;
  filePath: string;
  name: string;
  header: Record<string, string>;
}
interface RequestOptions extends Callbacks {
  url: string;
  method: string;
  data?: unknown;
  header: Record<string, string>;
}

/** A mini-program runtime with one person. Tests assign its fields to change its behaviour. */
export interface FakeHost {
  person: string;
  /** Whether the person accepts dialogs. */
  allows: boolean;
  offline: boolean;
  /** `request` never calls back. */
  mute: boolean;
  /** The host's calls that never call back, by name. */
  silent: string[];
  /** `fail` is called without a reason. */
  terse: boolean;
  /** Storage throws. */
  full: boolean;
  storage: Map<string, unknown>;
  /** Temporary files by path. */
  files: Map<string, Blob>;
  /** The host's calls so far, in order: `login`, `getUserInfo`, requests as `METHOD path`, and uploads as `UPLOAD path`. */
  calls: string[];
  /** The codes that `login` has returned. */
  codes: string[];
  /** Text that the app sees instead of the latest code. In requests it is replaced by the code. */
  shownCode: string | undefined;
  /** The `Prefer` header for the mock. A server ignores it. */
  prefer: string | undefined;
  /** Values written to the console. */
  logged: unknown[];
  /** The options of every request to the host. */
  requests: RequestOptions[];
  /** Timers that are not cancelled. */
  timers: Map<number, () => void>;
  /** The delays of all timers so far, in milliseconds. */
  waits: number[];
  /** Waits for a timer, and fires it. */
  timeIsUp(): Promise<void>;
  /** The host's global object: `wx`, `qq` … */
  // biome-ignore lint/suspicious/noExplicitAny: a test puts anything there
  namespace: any;
  /** Event of a `getUserInfo` button. */
  tapProfileButton(): Promise<{ detail: object }>;
  /** Event of a `getPhoneNumber` button. */
  tapPhoneButton(): Promise<{ detail: object }>;
  /** Runs a script of the app and resolves with its value. @param globals globals of the surrounding app */
  // biome-ignore lint/suspicious/noExplicitAny: a script gives anything
  run(script: string, globals?: Record<string, unknown>): any;
  /** The client, initialised unless the app does that itself. */
  // biome-ignore lint/suspicious/noExplicitAny: an app in JavaScript
  BaaS: any;
}

const files = new Map<ClientPlatform, Promise<Script>>();
/** The platform's built file, built once for a worker. */
export function clientScript(platform: ClientPlatform): Promise<Script> {
  const script = files.get(platform) ?? buildFile(platform).then((code) => new Script(code, { filename: `${platform}.js` }));
  files.set(platform, script);
  return script;
}

let strangers = 0;

/** The backend that a fake host needs. */
export type World = Pick<Backend, 'origin' | 'codeFor' | 'granted'>;

export interface AppOptions {
  /** Default: a new person. */
  person?: string;
  /** Options of `init`, besides the server's address. Null: the app does not call it. */
  init?: Record<string, unknown> | null;
  clientID?: string;
  prefer?: string;
  /** Whether the host has a current JavaScript engine, which frameworks need. Default: the oldest one. */
  current?: boolean;
}

/** Starts an app with the platform's built client, in a context with only the host's globals and ES2015. */
export async function startApp(server: World, platform: MiniprogramPlatform, options: AppOptions = {}): Promise<FakeHost> {
  const { person = `stranger${++strangers}`, init = {}, clientID = 'sandbox', prefer, current = false } = options;
  const { loginCall = 'login', onlyGetAndPost, failureOf, adapt } = factsOf(platform);
  const denied = (action: string) => ({ errMsg: `${action}:fail auth deny` });
  const fail = (callbacks: Callbacks, errMsg: string) => (host.terse ? callbacks.fail?.() : callbacks.fail?.({ errMsg }));
  const askPerson = async (action: string, what: 'profile' | 'phone') =>
    host.allows ? { errMsg: `${action}:ok`, ...(await server.granted(what, platform, host.person)) } : denied(action);

  const login = (callbacks: Callbacks) => {
    host.calls.push('login');
    if (host.silent.includes('login')) return;
    if (host.offline) fail(callbacks, 'login:fail network');
    else void server.codeFor(platform, host.person).then(give, (error) => fail(callbacks, `login:fail ${error}`));
    function give(code: string) {
      host.codes.push(code);
      callbacks.success?.({ code: host.shownCode ?? code, errMsg: 'login:ok' });
    }
  };
  const namespace: Record<string, unknown> = {
    request(request: RequestOptions) {
      host.requests.push(request);
      host.calls.push(`${request.method} ${new URL(request.url).pathname}`);
      if (host.mute || host.silent.includes('request')) return;
      if (host.offline) fail(request, 'request:fail');
      else void send(request).catch((error) => fail(request, `request:fail ${error}`));
    },
    uploadFile(upload: UploadOptions) {
      host.calls.push(`UPLOAD ${new URL(upload.url).pathname}`);
      if (host.mute || host.silent.includes('uploadFile')) return;
      if (host.offline) fail(upload, 'uploadFile:fail');
      else void sendFile(upload).catch((error) => fail(upload, `uploadFile:fail ${error}`));
    },
    login,
    [loginCall]: login,
    getUserInfo(callbacks: Callbacks) {
      host.calls.push('getUserInfo');
      if (host.silent.includes('getUserInfo')) return;
      void askPerson('getUserInfo', 'profile').then((grant) => {
        if (host.allows) callbacks.success?.(grant);
        else callbacks.fail?.(host.terse ? undefined : grant);
      });
    },
    getNetworkType({ success }: Callbacks) {
      if (!host.silent.includes('getNetworkType')) success?.({ networkType: host.offline ? 'none' : 'wifi' });
    },
    getStorageSync(key: string) {
      if (host.full) throw new Error('storage');
      return host.storage.get(key) ?? '';
    },
    setStorageSync(key: string, value: unknown) {
      if (host.full) throw new Error('storage');
      host.storage.set(key, value);
    },
  };

  async function send({ url, method, data, header, ...callbacks }: RequestOptions) {
    if (onlyGetAndPost && method !== 'GET' && method !== 'POST') return callbacks.fail?.({ errMsg: 'method' });
    const headers = { ...header, ...(host.prefer && { Prefer: host.prefer }) };
    const response = await fetch(url, { method, headers, ...(data !== undefined && { body: withRealCode(data) }) });
    await answer(response, callbacks, parsed);
  }

  /** Hosts do not parse the answer to an upload. */
  async function sendFile({ url, filePath, name, header, ...callbacks }: UploadOptions) {
    const file = host.files.get(filePath);
    if (!file) return callbacks.fail?.({ errMsg: 'uploadFile:fail file not found' });
    const body = new FormData();
    body.append(name, file, filePath.split('/').at(-1));
    const headers = { ...header, ...(host.prefer && { Prefer: host.prefer }) };
    await answer(await fetch(url, { method: 'POST', headers, body }), callbacks, (text) => text);
  }

  async function answer(response: Response, { success, fail: failed }: Callbacks, read: (text: string) => unknown) {
    const body = await response.text();
    const failure = response.ok ? undefined : failureOf?.(response.status);
    if (failure) failed?.(failure);
    else success?.({ statusCode: response.status, data: read(body), header: {}, errMsg: 'request:ok' });
  }

  const withRealCode = (data: unknown) => {
    const text = JSON.stringify(data);
    return host.shownCode ? text.replace(host.shownCode, host.codes.at(-1) ?? '') : text;
  };

  const shown = adapt?.(namespace, () => host) ?? namespace;

  let timerCount = 0;
  const timers = new Map<number, () => void>();
  const module = { exports: {} };
  const context = createContext(
    {
      [namespaces[platform]]: shown,
      module,
      exports: module.exports,
      console: { log: (...values: unknown[]) => host.logged.push(...values) },
      setTimeout(run: () => void, milliseconds: number) {
        host.waits.push(milliseconds);
        timers.set(++timerCount, run);
        return timerCount;
      },
      clearTimeout: (timer: number) => timers.delete(timer),
    },
    { codeGeneration: { strings: false, wasm: false } },
  );

  const host: FakeHost = {
    person,
    allows: true,
    offline: false,
    mute: false,
    silent: [],
    terse: false,
    full: false,
    storage: new Map(),
    files: new Map(),
    calls: [],
    codes: [],
    shownCode: undefined,
    prefer,
    logged: [],
    requests: [],
    timers,
    waits: [],
    async timeIsUp() {
      await expect.poll(() => timers.size, { timeout: 4000 }).toBeGreaterThan(0);
      for (const [timer, run] of timers) {
        timers.delete(timer);
        run();
      }
    },
    namespace: shown,
    tapProfileButton: async () => ({ detail: await askPerson('getUserInfo', 'profile') }),
    tapPhoneButton: async () => ({ detail: await askPerson('getPhoneNumber', 'phone') }),
    run: (script, globals = {}) => runInContext(script, Object.assign(context, globals)),
    BaaS: undefined,
  };
  if (!current) leaveEs2015(context);
  (await clientScript(platform)).runInContext(context);
  if (module.exports !== shown.BaaS) throw new Error(`${platform}.js does not export what it puts on ${namespaces[platform]}`);
  host.BaaS = module.exports;
  if (init) host.BaaS.init(clientID, { host: server.origin, ...init });
  return host;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
