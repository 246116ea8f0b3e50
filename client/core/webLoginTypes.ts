import type { SyncUserProfile } from './types.ts';

/** `oauth-wechat-web` shows a QR code, `oauth-wechat-mp` is for pages inside WeChat. */
export type WebProvider = 'oauth-wechat-web' | 'oauth-wechat-mp';
export type WebLoginMode = 'popup-window' | 'popup-iframe' | 'redirect';

/** Options of `loginWithThirdParty` and `linkThirdParty`. */
export interface WebLoginOptions {
  /** A window, a frame over the page, or the page itself, which comes back and calls `getRedirectResult`. Default: `popup-window`. */
  mode?: WebLoginMode;
  /** Whether to create an account for a new person. Default: true. */
  createUser?: boolean;
  syncUserProfile?: SyncUserProfile;
  /** Logs in without consent and profile, with `oauth-wechat-mp` only. */
  silent?: boolean;
  /** Leaves the window or the frame open if the login fails. */
  debug?: boolean;
  /** CSS of WeChat's embedded QR code, in a frame: `black` or `white`, and the address of a style sheet. */
  wechatIframeContentStyle?: { style?: string; href?: string };
  /** CSS properties of the frame and of the elements around it. */
  authModalStyle?: { container?: Record<string, string>; iframe?: Record<string, string>; closeButton?: Record<string, string> };
  /** The third argument of `window.open`. */
  windowFeatures?: string;
}

/** The result of a web login on another page. */
export interface WebLoginResult {
  status: 'success' | 'fail';
  action: 'login' | 'associate';
  error?: string;
}

/** Verbs of `auth` on web pages. */
export interface WebLogins<User> {
  /**
   * Logs in with WeChat. Rejects with 613 if the person closes the window, 614 if the login fails.
   *
   * @param authPageUrl the page that calls `thirdPartyAuth`, on this page's origin
   */
  loginWithThirdParty(provider: WebProvider, authPageUrl: string, options?: WebLoginOptions): Promise<User>;
  /** All that the auth page has to call: sends the person to WeChat, and ends the login when they come back. */
  thirdPartyAuth(): Promise<void>;
  /** The result of a login with `mode: 'redirect'`. Rejects with 614 if there is none. */
  getRedirectResult(): Promise<WebLoginResult & { user?: User }>;
}

/** Links WeChat to the current user. Rejects as `loginWithThirdParty` does, and with 612 for an anonymous user. */
export type LinkThirdParty = (provider: WebProvider, authPageUrl: string, options?: WebLoginOptions) => Promise<WebLoginResult>;
