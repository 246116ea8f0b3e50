import express, { type CookieOptions, type ErrorRequestHandler, type Request, type Response, type Router } from 'express';
import type { AuditTrail } from '../audit/trail.ts';
import { type App, localOrigins } from '../config/apps.ts';
import { tenantIdOf } from '../config/pools.ts';
import { hashToken, newToken } from '../crypto/tokens.ts';
import type { Sealing } from '../crypto/vault.ts';
import { ApiError, type ErrorCode } from '../errors.ts';
import { html } from '../mail/html.ts';
import { pageHeaders, renderPage } from '../mail/page.ts';
import { createUpstream } from '../platforms/upstream.ts';
import type { WebLoginClient } from '../platforms/webLogin.ts';
import type { Store } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
import type { UpstreamServices } from '../upstream/request.ts';
import type { Endpoints } from '../webhooks/endpoints.ts';
import { withToken } from './callbackUrl.ts';
import { browserLifetime, endLogin, findLogin, sendLogin, spend, type WebLoginRow } from './logins.ts';
import { type Ending, endingOf, wordings } from './wording.ts';

/** The page that begins a login in the browser, and the one that the platform sends the browser back to. */
export const startPath = '/web-login/start';
const callbackPath = '/web-login/callback';

interface WebLoginServices extends UpstreamServices, Sealing {
  store: Store;
  endpoints: Endpoints;
  audit: AuditTrail;
  /** The server's address, without a trailing slash. */
  publicUrl: string;
  /** Unix seconds. */
  now(): number;
}

/**
 * The pages between an app's auth page and the platform's. They are not in the contract, because browsers open them, not clients. A cookie
 * shows that the browser that comes back is the one that was sent.
 */
export function webLoginPages(apps: ReadonlyMap<string, App>, services: WebLoginServices): Router {
  const router = express.Router();
  router.use('/web-login', (request, response, next) => {
    response.set(pageHeaders).set('Content-Security-Policy', policyFor(findClient(apps, services, request)?.app));
    // A HEAD request, as link previews send, must not use up a secret.
    if (request.method === 'GET') next();
    else end(request, response, 'incomplete');
  });
  router.get(startPath, (request, response) => start(apps, services, request, response));
  router.get(callbackPath, (request, response) => comeBack(apps, services, request, response));
  router.use('/web-login', answerFault);
  return router;
}

/** Allows the app's own pages to show a login in a frame. */
function policyFor(app: App | undefined): string {
  const origins = (app?.callback_origins ?? []).flatMap((origin) =>
    origin === localOrigins ? ['http://localhost:*', 'http://127.0.0.1:*'] : [origin],
  );
  return pageHeaders['Content-Security-Policy']
    .replace("form-action 'self'", "form-action 'none'")
    .replace("frame-ancestors 'none'", `frame-ancestors ${origins.join(' ') || "'none'"}`);
}

interface Client {
  app: App;
  /** The client id and the environment. */
  scope: string;
  tenant: Tenant & Sealing;
}

function findClient(apps: ReadonlyMap<string, App>, services: WebLoginServices, { query }: Request): Client | undefined {
  const scope = typeof query.app === 'string' ? query.app : '';
  const [clientId = '', environment] = scope.split('/');
  const app = apps.get(clientId);
  if (!app || (environment !== undefined && !app.environments.includes(environment))) return undefined;
  const { store, now, log, vault, endpoints } = services;
  const id = tenantIdOf(app, environment);
  return { app, scope, tenant: { id, store, now, log, vault, endpoints: endpoints.of(id) } };
}

/** Sends the browser to the platform's page. */
async function start(apps: ReadonlyMap<string, App>, services: WebLoginServices, request: Request, response: Response): Promise<void> {
  const client = findClient(apps, services, request);
  const { ticket } = request.query;
  if (!client || typeof ticket !== 'string') return end(request, response, 'incomplete');
  const { app, scope, tenant } = client;
  const row = await findLogin(tenant, 'begun', ticket, app.client_id);
  const platform = row && app.platforms[row.provider];
  if (!row || !platform || !(await spend(tenant, row))) return end(request, response, 'gone');
  const known = cookieOf(request, services);
  const browser = /^[\w-]{43}$/.test(known) ? known : newToken();
  const state = await sendLogin(tenant, row, browser);
  response.cookie(cookieName(services), browser, cookieOptions(services));
  const redirectUri = `${services.publicUrl}${callbackPath}?${new URLSearchParams({ app: scope })}`;
  const extras = new URL(request.originalUrl, 'http://page').searchParams;
  response.redirect(302, platform.pageFor({ redirectUri, state, silent: row.silent === 1, extras }));
}

/** Exchanges the code that the browser came back with, and sends the browser on to the app's page. */
async function comeBack(apps: ReadonlyMap<string, App>, services: WebLoginServices, request: Request, response: Response): Promise<void> {
  const client = findClient(apps, services, request);
  const { state, code } = request.query;
  if (!client || typeof state !== 'string') return end(request, response, 'incomplete');
  const { app, tenant } = client;
  const row = await findLogin(tenant, 'sent', state, app.client_id);
  const platform = row && app.platforms[row.provider];
  if (!row || !platform) return end(request, response, 'gone');
  if (row.browser_hash !== hashToken(cookieOf(request, services))) return end(request, response, 'otherBrowser');
  if (!(await spend(tenant, row))) return end(request, response, 'gone');
  // A person who declines comes back without a code.
  if (typeof code !== 'string' || code === '') return end(request, response, 'declined', row);
  const fail = (ending: Ending, errorCode: ErrorCode) => {
    services.audit.record(tenant, { event: 'login_failed', userId: undefined, method: row.provider, errorCode });
    end(request, response, ending, row);
  };
  try {
    const token = await exchange(tenant, services, platform, row, code);
    if (token === undefined) return fail('preview', 'code_invalid');
    response.redirect(302, withToken(row.callback_url, token));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    request.current.error = { code: error.code, ...error.detail };
    fail(endingOf(error.code), error.code);
  }
}

/** @returns the token for the callback page; undefined for a made-up person */
async function exchange(
  tenant: Tenant & Sealing,
  services: WebLoginServices,
  client: WebLoginClient,
  row: WebLoginRow,
  code: string,
): Promise<string | undefined> {
  const { provider: platform } = row;
  const upstream = createUpstream(platform, client.settings, tenant, services);
  const person = await client.exchangeCode(code, { silent: row.silent === 1 }, upstream);
  if (person === 'preview') return undefined;
  return endLogin(tenant, row, { ...person, platform, platformAppId: client.settings.app_id });
}

const statuses: Record<Ending, number> = {
  incomplete: 400,
  gone: 410,
  otherBrowser: 400,
  declined: 200,
  preview: 403,
  refused: 400,
  busy: 503,
  misconfigured: 500,
  fault: 500,
};

/** Ends a login on a page that says why, with the ways to continue. */
function end(request: Request, response: Response, ending: Ending, row?: Pick<WebLoginRow, 'callback_url'>): void {
  const wording = wordings[request.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh'];
  const { title, text } = wording.endings[ending];
  const back = row && backTo(row.callback_url, ending);
  const links = row
    ? html`<p><a href="${row.callback_url}">${wording.again}</a></p>
${back === undefined ? html`<p>${wording.close}</p>` : html`<p><a href="${back}">${wording.back}</a></p>`}`
    : html`<p>${wording.close}</p>`;
  response
    .status(statuses[ending])
    .type('html')
    .send(
      renderPage(
        wording.lang,
        title,
        html`<p>${text}</p>
${links}`,
      ),
    );
}

/**
 * The page that began a login by leaving for the auth page, with the result that the SDK's `getRedirectResult` reads. Undefined for a window
 * or a frame, and for a page on another site.
 */
function backTo(callbackUrl: string, ending: Ending): string | undefined {
  const { origin, searchParams } = new URL(callbackUrl);
  const page = URL.parse(searchParams.get('referer') ?? '');
  if (searchParams.get('mode') !== 'redirect' || page?.origin !== origin) return undefined;
  const { title: error } = wordings.en.endings[ending];
  page.searchParams.set('auth-result', JSON.stringify({ status: 'fail', error, action: searchParams.get('handler') }));
  return page.href;
}

const isSecure = ({ publicUrl }: WebLoginServices) => publicUrl.startsWith('https:');

/** The prefix keeps other hosts of the domain from setting the cookie. */
const cookieName = (services: WebLoginServices) => (isSecure(services) ? '__Host-web-login' : 'web-login');

/** In a frame on an app's page this server is another site: its cookie must allow that, and the browser keeps it apart for each site. */
const cookieOptions = (services: WebLoginServices): CookieOptions => ({
  httpOnly: true,
  path: '/',
  maxAge: browserLifetime * 1000,
  ...(isSecure(services) ? { secure: true, sameSite: 'none', partitioned: true } : { sameSite: 'lax' }),
});

function cookieOf({ headers }: Request, services: WebLoginServices): string {
  const name = `${cookieName(services)}=`;
  const pair = (headers.cookie ?? '').split('; ').find((each) => each.startsWith(name));
  return pair?.slice(name.length) ?? '';
}

const answerFault: ErrorRequestHandler = (fault, request, response, next) => {
  if (response.headersSent) return next(fault);
  request.current.error = { code: fault instanceof ApiError ? fault.code : 'internal_error' };
  request.current.fault = fault;
  end(request, response, fault instanceof ApiError ? endingOf(fault.code) : 'fault');
};
