import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response, type Router } from 'express';
import type { Passwords } from '../accounts/passwords.ts';
import type { App } from '../config/apps.ts';
import { tenantIdOf } from '../config/pools.ts';
import type { Sealing } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import { networkOf } from '../limits/address.ts';
import { decodesToUtf8 } from '../process/utf8.ts';
import type { MailLinkKind, Store } from '../store/schema.ts';
import type { Endpoints } from '../webhooks/endpoints.ts';
import { html } from './html.ts';
import type { Landing, Visit } from './landing.ts';
import { findLink, links } from './links.ts';
import { accountPolicy, type NoticeServices } from './notices.ts';
import { findOtherWays } from './otherWays.ts';
import { pageHeaders, renderPage } from './page.ts';
import { resetLanding } from './resetLanding.ts';
import { verificationLanding } from './verificationLanding.ts';
import { type Notice, type Wording, wordings } from './wording.ts';

/** Services of the landing pages. */
interface LandingServices extends NoticeServices, Sealing {
  store: Store;
  endpoints: Endpoints;
  /** Unix seconds. */
  now(): number;
  passwords: Passwords;
}

/** Larger than a form with two passwords. */
const formLimit = '4kb';

const landings: Record<MailLinkKind, Landing> = { verification: verificationLanding, reset: resetLanding };

/**
 * The pages that mailed links open. Opening one changes nothing, because mail scanners open every link; submitting its form does. They are
 * not in the contract, because people use them, not clients.
 */
export function landingPages(apps: ReadonlyMap<string, App>, services: LandingServices): Router {
  const router = express.Router();
  for (const kind of ['verification', 'reset'] as const) {
    router
      .route(links[kind].path)
      .all(setHeaders)
      .get(show(kind, apps, services))
      .post(readForm, submit(kind, apps, services));
    router.use(links[kind].path, answerFault);
  }
  return router;
}

/** Refuses invalid UTF-8, which would decode to replacement characters and make different passwords equal. */
const readForm = express.urlencoded({
  extended: false,
  limit: formLimit,
  verify(_request, _response, bytes) {
    if (!decodesToUtf8(bytes.toString('latin1'))) throw Object.assign(new Error('not UTF-8'), { status: 400 });
  },
});

const setHeaders: RequestHandler = (_request, response, next) => {
  response.set(pageHeaders);
  next();
};

const show =
  (kind: MailLinkKind, apps: ReadonlyMap<string, App>, services: LandingServices): RequestHandler =>
  async (request, response) => {
    const visit = await readLink(kind, apps, services, request, response);
    if (visit) await sendForm(response, 200, kind, visit);
  };

const submit =
  (kind: MailLinkKind, apps: ReadonlyMap<string, App>, services: LandingServices): RequestHandler =>
  async (request, response) => {
    const visit = await readLink(kind, apps, services, request, response);
    if (!visit) return;
    const { wording } = visit;
    const outcome = await landings[kind].submit(services.passwords, visit, request.body ?? {});
    if (outcome === 'done') sendNotice(response, 200, wording, wording.done[kind]);
    else if (outcome === 'gone') sendNotice(response, 410, wording, wording.gone);
    else await sendForm(response, 400, kind, visit, wording[outcome]);
  };

/** Finds the link of a visit. If it is invalid, sends the response and returns undefined. */
async function readLink(
  kind: MailLinkKind,
  apps: ReadonlyMap<string, App>,
  services: LandingServices,
  request: Request,
  response: Response,
): Promise<Visit | undefined> {
  const wording = wordingFor(request);
  const { token, app: client } = request.query;
  const [clientId = '', environment] = typeof client === 'string' ? client.split('/') : [];
  const app = apps.get(clientId);
  if (typeof token !== 'string' || !app) {
    sendNotice(response, 400, wording, wording.incomplete);
    return undefined;
  }
  const { store, now, log, vault, endpoints } = services;
  const id = tenantIdOf(app, environment);
  const tenant = { id, store, now, log, vault, endpoints: endpoints.of(id) };
  const link = await findLink(tenant, kind, token);
  if (!link) {
    sendNotice(response, 410, wording, wording.gone);
    return undefined;
  }
  return {
    tenant,
    policy: accountPolicy(app, services),
    token,
    userId: link.userId,
    address: link.address,
    network: networkOf(request.current.ip),
    wording,
  };
}

/** Chinese, unless the browser prefers another language. */
const wordingFor = (request: Request) => wordings[request.acceptsLanguages('zh', 'en') === 'zh' ? 'zh' : 'en'];

/** Sends the page's form, which is submitted to the page's own address, because that contains the token. */
async function sendForm(response: Response, status: number, kind: MailLinkKind, visit: Visit, problem?: string) {
  const { tenant, policy, userId, address, wording } = visit;
  const { title, lead, button } = wording.forms[kind];
  const otherWays = await findOtherWays(tenant, userId, wording);
  const content = html`<p>${lead(address, policy.app.name)}</p>
${problem === undefined ? '' : html`<p class="wrong" role="alert">${problem}</p>`}
<form method="post">
${landings[kind].fields(wording, otherWays)}<button>${button}</button>
</form>`;
  response.status(status).send(renderPage(wording.lang, title, content));
}

function sendNotice(response: Response, status: number, { lang }: Wording, { title, text }: Notice): void {
  response.status(status).send(renderPage(lang, title, html`<p>${text}</p>`));
}

const answerFault: ErrorRequestHandler = (fault, request, response, _next) => {
  const wording = wordingFor(request);
  if (fault instanceof ApiError && fault.code === 'email_taken') return sendNotice(response, 409, wording, wording.taken);
  if (fault instanceof ApiError && fault.code === 'last_way_in') return sendNotice(response, 409, wording, wording.lastWayIn);
  // Express's body parser gives its errors a status.
  const status = typeof fault.status === 'number' ? fault.status : 500;
  if (status >= 500) request.current.fault = fault;
  sendNotice(response, status, wording, wording.fault);
};
