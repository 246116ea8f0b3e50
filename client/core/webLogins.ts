import { createWebLogin, linkOnWeb, loginOnWeb, silentLoginOnWeb } from '../../generated/client/operations.ts';
import { showAuthPage } from './authWindow.ts';
import type { Core } from './baas.ts';
import { clientError, expectType } from './errors.ts';
import { createShare } from './share.ts';
import { answer } from './transport.ts';
import type { CurrentUser, SyncUserProfile } from './types.ts';
import type { LinkThirdParty, WebLoginOptions, WebLoginResult, WebLogins, WebProvider } from './webLoginTypes.ts';
import type { WebPage } from './webPage.ts';

type Action = WebLoginResult['action'];

/** Parameters of the auth page, in the published SDK's spelling. */
const names = {
  provider: 'provider',
  referer: 'referer',
  mode: 'mode',
  debug: 'debug',
  createUser: 'create_user',
  syncUserProfile: 'update_userprofile',
  frameStyle: 'wechat_iframe_content_style',
  action: 'handler',
  silent: 'silent_login',
  token: 'token',
  result: 'auth-result',
  /** Not the published SDK's: shows that the login began in this window. */
  nonce: 'auth_nonce',
} as const;

/** Web logins. Each runs on two pages: the app's page, and an auth page on the same origin. */
export function createWebLogins<Links>(page: WebPage, core: () => Core<Links>) {
  const share = createShare<WebLoginResult>();

  const begin = (action: Action, provider: WebProvider, authPageUrl: string, options: WebLoginOptions): Promise<WebLoginResult> => {
    expectType(typeof provider === 'string', 'provider');
    expectType(typeof authPageUrl === 'string', 'authPageUrl');
    const url = new URL(authPageUrl, page.location.href);
    expectType(url.origin === page.location.origin, 'authPageUrl: another origin');
    const { mode = 'popup-window', createUser = true, debug, silent, syncUserProfile, wechatIframeContentStyle } = options;
    const set = (name: keyof typeof names, value: string | undefined) => value !== undefined && url.searchParams.set(names[name], value);
    set('provider', provider);
    set('referer', page.location.href);
    set('mode', mode);
    set('action', action);
    set('debug', debug ? 'true' : undefined);
    set('createUser', createUser ? 'true' : undefined);
    set('silent', silent ? 'true' : undefined);
    set('syncUserProfile', syncUserProfile === undefined ? undefined : String(syncUserProfile));
    set('frameStyle', wechatIframeContentStyle && JSON.stringify(wechatIframeContentStyle));
    if (mode !== 'redirect') return share([url.href], () => showAuthPage(page, url.href, { ...options, mode }));
    page.location.href = url.href;
    return new Promise(() => undefined);
  };

  const linkThirdParty: LinkThirdParty = async (provider, authPageUrl, options = {}) => {
    const { kept } = core();
    if (kept('uid') === undefined) throw clientError(604);
    if (kept('is_anonymous_user') === 1) throw clientError(612);
    return begin('associate', provider, authPageUrl, options);
  };

  const verbs: WebLogins<CurrentUser<Links>> = {
    async loginWithThirdParty(provider, authPageUrl, options = {}) {
      await begin('login', provider, authPageUrl, options);
      return core().baas.auth.getCurrentUser();
    },
    async thirdPartyAuth() {
      const visit = readVisit(page);
      try {
        if (visit.token === undefined) return await leave(page, core(), visit);
        await redeem(page, core(), visit, visit.token);
      } catch (error) {
        if (visit.debug && visit.mode === 'redirect') throw error;
        return report(page, visit, { status: 'fail', action: visit.action, error: textOf(error) });
      }
      report(page, visit, { status: 'success', action: visit.action });
    },
    async getRedirectResult() {
      const url = new URL(page.location.href);
      const result = parsed<WebLoginResult>(url.searchParams.get(names.result));
      if (!result) throw clientError(614, 'third party auth result not found');
      url.searchParams.delete(names.result);
      page.history.replaceState(null, '', url.href);
      if (result.status !== 'success' || result.action !== 'login') return result;
      return { ...result, user: await core().baas.auth.getCurrentUser() };
    },
  };
  return { verbs, linkThirdParty };
}

/** A visit to the auth page. */
interface Visit {
  url: URL;
  provider: WebProvider;
  action: Action;
  mode: string | null;
  /** The page that began it. */
  referer: URL;
  debug: boolean;
  silent: boolean;
  /** Undefined before the person was sent to the platform. */
  token: string | undefined;
}

/** @throws 614 for a page that was opened without its parameters, or from another site */
function readVisit({ location }: WebPage): Visit {
  const url = new URL(location.href);
  const value = (name: keyof typeof names) => url.searchParams.get(names[name]);
  const action = value('action');
  if (action !== 'login' && action !== 'associate') throw clientError(614, `handler "${action}" not found`);
  const referer = new URL(value('referer') || location.href);
  if (referer.origin !== location.origin) throw clientError(614, 'the referer is on another origin');
  return {
    url,
    action,
    // The server checks it.
    provider: value('provider') as WebProvider,
    mode: value('mode'),
    referer,
    debug: value('debug') !== null,
    silent: value('silent') !== null,
    token: value('token') ?? undefined,
  };
}

/** Sends the person to the platform. */
async function leave<Links>(page: WebPage, { api }: Core<Links>, { url, provider, mode, silent }: Visit): Promise<void> {
  let nonce = '';
  for (const byte of page.crypto.getRandomValues(new Uint8Array(16))) nonce += byte.toString(16);
  page.sessionStorage.setItem(names.nonce, nonce);
  const back = new URL(url.href);
  back.searchParams.set(names.nonce, nonce);
  const body = { callback_url: back.href, ...(silent && { silent_login: true }) };
  const { data } = await answer(api.POST(createWebLogin.path, { params: { path: { provider } }, body }));
  const next = new URL(data.redirect_url);
  if (provider === 'oauth-wechat-web' && mode === 'popup-iframe') {
    // WeChat's page stays in the frame.
    next.searchParams.set('self_redirect', 'true');
    const { style, href } = parsed<{ style?: string; href?: string }>(url.searchParams.get(names.frameStyle)) ?? {};
    if (style) next.searchParams.set('style', style);
    if (href) next.searchParams.set('href', href);
  }
  page.location.href = next.href;
}

/** Ends the login with the token that the person came back with. */
async function redeem<Links>(page: WebPage, { api, open }: Core<Links>, visit: Visit, auth_token: string): Promise<void> {
  const { url, provider, action, silent } = visit;
  const nonce = page.sessionStorage.getItem(names.nonce);
  page.sessionStorage.removeItem(names.nonce);
  // A token that did not begin here may be someone else's, who wants the person to use their account.
  if (!nonce || nonce !== url.searchParams.get(names.nonce)) throw clientError(614, 'the login did not begin in this window');
  const params = { path: { provider } };
  const create_user = url.searchParams.get(names.createUser) !== null;
  const profile = { update_userprofile: profileUpdate(url.searchParams.get(names.syncUserProfile)) };
  if (action === 'associate') return void (await answer(api.POST(linkOnWeb.path, { params, body: { auth_token, ...profile } })));
  if (silent) {
    const { data } = await answer(api.POST(silentLoginOnWeb.path, { body: { auth_token, create_user } }));
    return open(data, data.user_info);
  }
  const { data } = await answer(api.POST(loginOnWeb.path, { params, body: { auth_token, create_user, ...profile } }));
  const { token, expires_in, ...user } = data;
  open({ token, expires_in }, user);
}

const profileUpdate = (value: string | null): SyncUserProfile => (value === 'overwrite' || value === 'false' ? value : 'setnx');

/** Tells the page that began the login how it ended. The token disappears from the history of a page that goes back. */
function report(page: WebPage, { mode, referer }: Visit, result: WebLoginResult): void {
  if (mode === 'redirect') {
    referer.searchParams.set(names.result, JSON.stringify(result));
    page.location.replace(referer.href);
  } else {
    const starter = mode === 'popup-iframe' ? page.parent : page.opener;
    starter?.postMessage(result, page.location.origin);
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function parsed<Value>(text: string | null): Value | undefined {
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
