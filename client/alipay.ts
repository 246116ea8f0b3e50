import {
  authorizedLoginAlipay,
  linkAlipay,
  phoneLoginAlipay,
  silentLoginAlipay,
  updatePhoneAlipay,
} from '../generated/client/operations.ts';
import { createCore } from './core/baas.ts';
import { ask } from './core/callbackHost.ts';
import { clientError, isObject } from './core/errors.ts';
import type { Host, HostReply } from './core/host.ts';
import type { HostFailure } from './core/hostFailure.ts';
import type { Platform } from './core/platform.ts';
import { surroundings } from './core/surroundings.ts';
import type {
  BaaS as AnyBaaS,
  CurrentUser as AnyUser,
  ForceOption,
  LinkOptions,
  LinkResultAlipay,
  ProfileLoginOptions,
  Reply,
  ScopeOption,
  UpdatePhoneOptions,
} from './core/types.ts';
import { withLinks, withLogins } from './core/verbs.ts';

export { HError } from './core/errors.ts';

/** The result of `my.getPhoneNumber`. */
interface AlipayPhone {
  response: string;
}
/** Links the identity, with the profile if `forceLogin` is true and the person agrees. */
type LinkAlipay = (options?: LinkOptions & ForceOption & ScopeOption) => Promise<Reply<LinkResultAlipay>>;
type AlipayOptions = ProfileLoginOptions & ForceOption & ScopeOption;
/** Options, the event of a `getAuthorize` button, which counts as `forceLogin`, or the result of `my.getPhoneNumber`. */
type LoginData = AlipayOptions | { detail: object } | AlipayPhone;
/**
 * Logs in without a dialog, with the profile if `forceLogin` is true, or with the number of `my.getPhoneNumber`. A person who declines is
 * logged in without the profile.
 */
type LoginWithAlipay = (data?: LoginData | null, options?: AlipayOptions) => Promise<CurrentUser>;
export interface Links {
  linkAlipay: LinkAlipay;
}
export type CurrentUser = AnyUser<Links>;
export interface Logins {
  loginWithAlipay: LoginWithAlipay;
  /** Sets the phone number from the result of `my.getPhoneNumber`. Rejects with 604 without a session. */
  updatePhoneNumber(phone: AlipayPhone, options?: UpdatePhoneOptions): Promise<CurrentUser>;
}
export type BaaS = AnyBaaS<Links, Logins>;

/** The host's errors of a person who declines, or leaves with Android's back key (docs/platforms.md, 6.2). */
const declined = [11, 3];
const networkFailed = 12;
const noCode = 10;

/** Alipay (docs/platforms.md, 6). The server fetches the profile, with a code for which the person has granted it. */
const platform: Platform = {
  name: 'ALIPAY',
  onlyGetAndPost: true,
  denialCodes: declined,
  buttonOutlivesCode: true, // the app's key seals numbers, not the person's session key
  profileScopes: ({ scopes = [] }) => [...scopes.filter((scope) => scope !== 'auth_user'), 'auth_user'],
  declineIds: ['id', 'openid'],
  silentLogin: (api, body) => api.POST(silentLoginAlipay.path, { body }),
  authorizedLogin: (api, body) => api.POST(authorizedLoginAlipay.path, { body }),
  phoneLogin: (api, fields, { response = '' }) => api.POST(phoneLoginAlipay.path, { body: { ...fields, response } }),
  updatePhone: (api, fields, { response = '' }) => api.PUT(updatePhoneAlipay.path, { body: { ...fields, response } }),
  link: (api, code, profile) => api.PUT(linkAlipay.path, { body: { code, authorized: profile !== undefined, ...profile?.fields } }),
};

/** A failure, or an HTTP error, which may come as one. */
interface MyFailure {
  error?: number | string;
  errorMessage?: string;
  status?: number;
  data?: unknown;
}
interface MyCallbacks<Result> {
  success(result?: Result): void;
  fail(failure?: MyFailure): void;
}
type MyReply = HostReply & { status?: number };
export interface MyNamespace {
  request(
    options: {
      url: string;
      method: string;
      headers: Record<string, string>;
      data?: unknown;
      dataType: string;
      timeout?: number;
    } & MyCallbacks<MyReply>,
  ): unknown;
  uploadFile(
    options: { url: string; filePath: string; fileName: string; fileType: string; header: Record<string, string> } & MyCallbacks<MyReply>,
  ): unknown;
  getAuthCode(options: { scopes: string | string[] } & MyCallbacks<AuthResult>): unknown;
  getNetworkType(options: MyCallbacks<{ networkType: string; networkAvailable?: boolean }>): unknown;
  getStorageSync(options: { key: string }): { data?: unknown } | undefined;
  setStorageSync(options: { key: string; data: unknown }): void;
}
interface AuthResult {
  authCode?: string;
  /** Scopes that the person has not granted, under a name that depends on the version. */
  authErrorScopes?: Record<string, unknown>;
  authErrorScope?: Record<string, unknown>;
}

/** Makes a call of the host, and reports a failure in the form of the other hosts. */
const askMy = <Result extends object>(call: (callbacks: MyCallbacks<Result>) => unknown): Promise<Partial<Result>> =>
  ask<Result>(({ success, fail }) => call({ success, fail: (failure) => fail(toHostFailure(failure)) }));

const toHostFailure = ({ error, errorMessage }: MyFailure = {}): HostFailure => ({
  ...(errorMessage !== undefined && { errMsg: errorMessage }),
  ...(error !== undefined && { errno: Number(error) }),
});

const statusOf = ({ status, statusCode }: Partial<MyReply>) => Number(status || statusCode || 0);

/** Sends a request; an HTTP error may arrive in `fail`. */
const send = (call: (callbacks: MyCallbacks<MyReply>) => unknown): Promise<Partial<HostReply>> =>
  ask<HostReply>(({ success, fail }) =>
    call({
      success: (reply = { statusCode: 0, data: undefined }) => success({ statusCode: statusOf(reply), data: reply.data }),
      fail: (failure = {}) =>
        failure.status ? success({ statusCode: Number(failure.status), data: failure.data }) : fail(toHostFailure(failure)),
    }),
  );

/** The host's headers have the media type in lower case. */
const lowerCased = ({ 'Content-Type': type, ...headers }: Record<string, string>): Record<string, string> => ({
  ...headers,
  ...(type !== undefined && { 'content-type': type }),
});

function myHost(my: MyNamespace): Host {
  return {
    request: ({ header, ...request }) =>
      send((callbacks) => my.request({ ...request, headers: lowerCased(header), dataType: 'json', ...callbacks })),
    uploadFile: ({ url, filePath, name, header }) =>
      send((callbacks) => my.uploadFile({ url, filePath, fileName: name, fileType: 'image', header, ...callbacks })),
    async login(scopes) {
      const { authCode = '', ...result } = await askMy<AuthResult>((callbacks) =>
        my.getAuthCode({ scopes: scopes ?? 'auth_base', ...callbacks }),
      ).catch((failure: HostFailure) => {
        if (failure.errno === networkFailed) throw clientError(600, undefined, failure);
        if (failure.errno === noCode) throw clientError(614, 'the host returned no login code', failure);
        throw failure;
      });
      // Developer tools report a refusal as a success without a code.
      if (!authCode && scopes && (result.authErrorScopes || result.authErrorScope)) throw { errno: declined[0] };
      return authCode;
    },
    isOffline: () =>
      askMy<{ networkType: string; networkAvailable?: boolean }>((callbacks) => my.getNetworkType(callbacks)).then(
        ({ networkType, networkAvailable }) => networkAvailable === false || networkType === 'NOTREACHABLE',
      ),
    storage: {
      get: (key) => my.getStorageSync({ key })?.data,
      set: (key, data) => my.setStorageSync({ key, data }),
    },
    ...surroundings,
  };
}

/** @param my the host's global object */
export function createBaaS(my: MyNamespace): BaaS {
  const { baas, loginWith, updatePhoneNumber } = createCore<Links>(platform, myHost(my), (link) =>
    withLinks({ linkAlipay: (options) => link(null, options) }),
  );
  return withLogins(baas, {
    loginWithAlipay: (data?: LoginData | null, options: AlipayOptions = {}) => {
      if (data && (!isObject(data) || 'response' in data)) return loginWith(data, options);
      const { detail, ...all }: AlipayOptions & { detail?: unknown } = { ...data, ...options };
      return all.forceLogin || detail ? loginWith({ ...all, forceLogin: true }) : loginWith(null, all);
    },
    updatePhoneNumber: (phone: AlipayPhone, options?: UpdatePhoneOptions) => updatePhoneNumber({ detail: phone }, options),
  });
}
