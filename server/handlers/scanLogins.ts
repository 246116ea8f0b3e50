import { logIn } from '../accounts/logIn.ts';
import { roughAddress } from '../accounts/roughAddress.ts';
import type { Session } from '../accounts/sessions.ts';
import type { App } from '../config/apps.ts';
import { allowsOrigin } from '../config/origins.ts';
import { ApiError } from '../errors.ts';
import { currentRequest } from '../observe/currentRequest.ts';
import type { Handler, RequestContext } from '../operations.ts';
import { browserOf } from '../scanLogins/browser.ts';
import {
  type AskingPage,
  compareNetworks,
  confirmScanLogin as confirm,
  newScanLogin,
  openScanLogin as open,
  refuseScanLogin as refuse,
  scanLoginLifetime,
  storeScanLogin,
} from '../scanLogins/scanLogins.ts';
import { progressOf, redeemScanLogin, waitingPage } from '../scanLogins/waitingPage.ts';
import { connectTo } from './exchange.ts';

/** Seconds between two questions of a page. */
const pollSeconds = 2;
/** Length of the column. */
const longestSite = 512;

/** Draw the code, and keep what is known of the page for the person who scans it. */
const createScanLogin: Handler<'createScanLogin'> = async (context) => {
  const { app, tenant } = context;
  const login = newScanLogin();
  const { picture, link } = await codeFor(context, scanLoginOf(app), login.ticket);
  await storeScanLogin(tenant, login, askingPage(app));
  return { status: 201, body: { ...login, expires_in: scanLoginLifetime, poll_seconds: pollSeconds, picture, link } };
};

/** @throws login_method_disabled */
function scanLoginOf({ scan_login }: App): NonNullable<App['scan_login']> {
  if (scan_login) return scan_login;
  const text = { en: 'Please enable scan login first (scan_login).', zh: '请先启用扫码登录（scan_login）。' };
  throw new ApiError('login_method_disabled', { text });
}

/** @throws the platform's errors if there is no link to use instead */
async function codeFor(
  context: RequestContext,
  { picture: platform, link: address }: NonNullable<App['scan_login']>,
  ticket: string,
): Promise<{ picture: string | null; link: string | null }> {
  const link = address === undefined ? null : withScene(address, ticket);
  if (platform === 'off') return { picture: null, link };
  try {
    const { client, upstream } = connectTo(platform, context);
    const drawn = await client.scanCode?.draw(ticket, upstream);
    return { picture: drawn?.toDataUrl() ?? null, link };
  } catch (error) {
    if (link === null || !(error instanceof ApiError)) throw error;
    context.tenant.log.warn({ ...error.detail, reason: error.code }, 'no picture of a scan login; the page has its link instead');
    return { picture: null, link };
  }
}

function withScene(address: string, ticket: string): string {
  const url = new URL(address);
  url.searchParams.set('scene', ticket);
  return url.href;
}

/** Describes the page that sends the current request. Only a browser's own `Origin` is worth showing, and only a listed one. */
function askingPage(app: App): AskingPage {
  const { origin, userAgent, ip } = currentRequest() ?? {};
  const site = origin !== undefined && origin.length <= longestSite && allowsOrigin(app, origin) ? origin : null;
  return { client_id: app.client_id, app_name: app.name, site, ...browserOf(userAgent), network: roughAddress(ip) };
}

const openScanLogin: Handler<'openScanLogin'> = async ({ app, tenant, session, body: { ticket } }) => {
  requireRegistered(session);
  const { app_name, site, browser, system, network, expires_at } = await open(tenant, session, ticket);
  const compared = compareNetworks({ network }, currentRequest()?.ip, app.scan_login_networks);
  return { status: 200, body: { app_name, site, browser, system, network, ...compared, expires_in: expires_at - tenant.now() } };
};

const confirmScanLogin: Handler<'confirmScanLogin'> = async ({ app, tenant, session, body }) => {
  requireRegistered(session);
  await confirm(tenant, session, body, currentRequest()?.ip, app.scan_login_networks);
  return { status: 200, body: { status: 'ok' } };
};

const refuseScanLogin: Handler<'refuseScanLogin'> = async ({ tenant, session, body: { ticket } }) => {
  requireRegistered(session);
  await refuse(tenant, session, ticket);
  return { status: 200, body: { status: 'ok' } };
};

const pollScanLogin: Handler<'pollScanLogin'> = async ({ app, tenant, services, body: { poll_token } }) => {
  const page = waitingPage(app, poll_token);
  const progress = await progressOf(tenant, page);
  if (progress.status !== 'confirmed') return { status: 200, body: progress };
  const { user, session } = await logIn(tenant, services.audit, { platform: null, method: 'scan' }, (tx) => redeemScanLogin(tx, page));
  return { status: 200, body: { ...progress, session: { ...user, ...session } } };
};

/** @throws anonymous_forbidden: the session is all that an anonymous user has, and a second one would be as good */
function requireRegistered({ record: [{ is_anonymous }] }: Session): void {
  if (is_anonymous === 1) throw new ApiError('anonymous_forbidden');
}

export const scanLoginOperations = {
  createScanLogin,
  openScanLogin,
  confirmScanLogin,
  refuseScanLogin,
  pollScanLogin,
};
