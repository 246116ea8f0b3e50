import cors from 'cors';
import express, { type ErrorRequestHandler, type Request, type Response, type Router } from 'express';
import * as z from 'zod';
import type { PlatformName } from '../../generated/operations.ts';
import { languageOf } from '../http/languageOf.ts';
import { isLocalOrigin } from '../http/localOrigin.ts';
import type { Tenant } from '../store/tenant.ts';
import { alipayPage } from './alipay.ts';
import { baiduPage } from './baidu.ts';
import { createBans } from './bans.ts';
import { bytedancePage } from './bytedance.ts';
import { type Counter, createCounter } from './counter.ts';
import { fault } from './faults.ts';
import { decideForSandbox } from './hooks.ts';
import { jdPage } from './jd.ts';
import { kuaishouPage } from './kuaishou.ts';
import { webLoginPages } from './oauthWechat.ts';
import type { SandboxPage, SimulatedServer } from './page.ts';
import { createPeople, openidOf, personChange } from './people.ts';
import { pushChoice } from './push.ts';
import { qqPage } from './qq.ts';
import { readRequest } from './readRequest.ts';
import { scanPage } from './scanPage.ts';
import { sendPush } from './sendPush.ts';
import { tamper, tapOf } from './tap.ts';
import { wechatPage } from './wechat.ts';
import { welcome } from './welcome.ts';
import { xiaohongshuPage } from './xiaohongshu.ts';

/** The platforms that the sandbox simulates. */
export const pages: Readonly<Record<PlatformName, SandboxPage>> = {
  wechat: wechatPage,
  qq: qqPage,
  baidu: baiduPage,
  kuaishou: kuaishouPage,
  jd: jdPage,
  alipay: alipayPage,
  bytedance: bytedancePage,
  xiaohongshu: xiaohongshuPage,
};

/** The client id of the sandbox's app. */
export const sandboxClientId = 'sandbox';

/** @throws if an app has the sandbox's client id or pool, in which anyone can log in as anyone */
export function refuseSandboxNames(apps: readonly { client_id: string; pool: string }[]): void {
  for (const { client_id, pool } of apps) {
    for (const [key, name] of Object.entries({ client_id, pool })) {
      if (name !== sandboxClientId) continue;
      throw new Error(
        `APPS_FILE: ${key} "${name}" is the sandbox's own, in which anyone can log in as anyone: rename it, or set SANDBOX=off`,
      );
    }
  }
}
const credentialsOf = (platform: string) => ({ appId: `sandbox-${platform}`, appSecret: `sandbox-secret-of-${platform}` });

/**
 * The sandbox app's entry of `APPS_FILE`.
 *
 * @param origin the sandbox's address, e.g. `http://127.0.0.1:3000/sandbox`
 */
export const sandboxApp = (origin: string) => ({
  client_id: sandboxClientId,
  name: 'Sandbox',
  profile_update_from_sdk: true,
  environments: ['staging'],
  content_check: 'wechat' as const,
  cors_origins: ['local'],
  scan_login: { link: `${origin}/scan` },
  // All countries, because no SMS is sent.
  sms_countries: 'all' as const,
  callback_origins: ['local'],
  platforms: Object.fromEntries(
    Object.entries({ ...pages, ...webLoginPages }).map(([platform, { settings }]) => {
      const credentials = credentialsOf(platform);
      const own = settings?.(credentials) ?? { app_secret: credentials.appSecret };
      return [platform, { app_id: credentials.appId, base_url: `${origin}/${platform}`, ...own }];
    }),
  ),
});

/** `scan_login` of the sandbox app with WeChat's picture, which needs that platform. */
export const sandboxScanLogin = (origin: string) => ({ ...sandboxApp(origin).scan_login, picture: 'wechat' as const });

/** An endpoint of the sandbox app, which takes test events alone. */
export const sandboxEndpoint = (origin: string) => ({
  name: sandboxClientId,
  url: `${origin}/webhooks`,
  secrets: [`whsec_${Buffer.from('anyone can know the secret of the sandbox').toString('base64')}`],
  events: [],
  allow_private: true,
});

const who = {
  person: z.string().regex(/^[\p{L}\p{N}_-]{1,32}$/u, 'must be 1 to 32 letters, digits, _ or -'),
  app_id: z.string().max(128).optional(),
};
const personRequest = z.strictObject({ person: who.person, ...personChange });
const loginRequest = z.strictObject({
  ...who,
  fault: fault.optional(),
  /** The host app that the person uses, on platforms that have several. */
  host_app: z.string().max(64).optional(),
  /** Whether the person is signed out of the host app, which then gives a code for the device only. */
  signed_out: z.boolean().optional(),
  /** Whether the code has been exchanged already. */
  used: z.boolean().optional(),
});
const profileRequest = z.strictObject({ ...who, tamper: tamper.optional() });
const phoneRequest = z.strictObject({ ...who, tamper: tamper.optional(), fault: fault.optional() });
const pushRequest = z.strictObject({ ...who, ...pushChoice });
const rotationRequest = z.strictObject({ rotate: z.boolean() });
const faultRequest = z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('none') }), fault], {
  error: ({ code }) => (code === 'invalid_union' ? `must be none or ${fault.shape.kind.options.join(' or ')}` : undefined),
});

/**
 * Simulates all platforms. Each has its own protocol under `/{platform}`, its host app (`POST /{platform}/login`, `/profile`, `/phone`),
 * faults (`PUT /{platform}/fault`), pushes to the app's server (`POST /{platform}/push`), and the choice whether a login renews the session key (`PUT /{platform}/rotation`). `PUT /person`
 * changes a person, `PUT /ban` bans a user.
 *
 * @param now unix seconds
 * @param tenant the pool of the sandbox's app
 */
export function createSandbox(now: () => number, tenant: Tenant): Router {
  const sandbox = express.Router();
  sandbox.use(cors((request, answer) => answer(null, { origin: isLocalOrigin(request.headers.origin ?? '') })));
  sandbox.get('/', (request, response) => {
    response
      .vary('Accept-Language')
      .type('html')
      .send(welcome(Object.keys(pages), languageOf(request)));
  });
  sandbox.get('/scan', (_request, response) => {
    response.type('html').send(scanPage(sandboxClientId));
  });
  sandbox.post('/hooks', express.json(), refuseBody, decideForSandbox);
  sandbox.post('/webhooks', (_request, response) => void response.status(204).end());
  sandbox.use(createBans(tenant));
  const people = createPeople();
  sandbox.put('/person', express.json(), refuseBody, (request: Request, response: Response) => {
    const body = readRequest(personRequest, request, response);
    if (!body) return;
    const { person, ...change } = body;
    response.json(people.change(person, change));
  });
  const mountServer = (platform: string, { codeLifetime, sessionKey, mount }: SimulatedServer) => {
    const counter = createCounter({ platform, credentials: credentialsOf(platform), people, codeLifetime, sessionKey, now });
    const router = express.Router();
    router.use(express.json(), express.urlencoded({ extended: false }), refuseBody);
    mountControls(router, counter);
    mount(router, counter);
    sandbox.use(`/${platform}`, router);
    return { router, counter };
  };
  for (const [platform, page] of Object.entries(pages)) {
    const { router, counter } = mountServer(platform, page);
    mountHost(router, counter, platform, page);
    mountPushes(router, counter, platform, page);
  }
  for (const [provider, page] of Object.entries(webLoginPages)) mountServer(provider, page);
  sandbox.use(({ method, baseUrl, path }, response) => {
    const error_msg = `Nothing is at ${method} ${baseUrl}${path}: the sandbox simulates ${Object.keys(pages).join(', ')}; GET ${baseUrl} shows how.`;
    response.status(404).json({ status: 'error', error_msg });
  });
  return sandbox;
}

/** Refuses bodies that cannot be parsed. */
const refuseBody: ErrorRequestHandler = (_error, _request, response, _next) => {
  response.status(400).json({ status: 'error', error_msg: 'The body must be JSON or a form.' });
};

/** Mounts the host app's dialogs and buttons. */
function mountHost(router: Router, counter: Counter, platform: string, page: SandboxPage): void {
  const ours = counter.credentials.appId;
  const declined = (person: string, action: string, response: Response) => {
    if (!counter.people.named(person).declines) return false;
    response.json({ errMsg: `${action}:fail auth deny` });
    return true;
  };
  router.post('/login', (request, response) => {
    const body = readRequest(loginRequest, request, response);
    if (!body) return;
    const { person, app_id = ours, host_app, signed_out, used } = body;
    const code = signed_out ? undefined : counter.login(person, app_id, body.fault, host_app);
    if (used) counter.exchange(code, app_id);
    response.status(201).json({
      ...(code !== undefined && { code }),
      ...(page.givesAnonymousCodes && { anonymousCode: counter.issueAnonymousCode(person, app_id) }),
    });
  });
  router.post('/profile', (request, response) => {
    const body = readRequest(profileRequest, request, response);
    if (!body || declined(body.person, 'getUserInfo', response)) return;
    response.json(page.profile(tapOf(platform, counter, body.person, body.app_id ?? ours, body.tamper)));
  });
  const { phone } = page;
  if (!phone) return;
  router.post('/phone', (request, response) => {
    const body = readRequest(phoneRequest, request, response);
    if (!body || declined(body.person, 'getPhoneNumber', response)) return;
    const { person, app_id = ours } = body;
    response.json(phone(tapOf(platform, counter, person, app_id, body.tamper), () => counter.issuePhoneCode(person, app_id, body.fault)));
  });
}

function mountControls(router: Router, counter: Counter): void {
  router.put('/rotation', (request, response) => {
    const body = readRequest(rotationRequest, request, response);
    if (!body) return;
    counter.setRotation(body.rotate);
    response.json({ status: 'ok' });
  });
  router.put('/fault', (request, response) => {
    const body = readRequest(faultRequest, request, response);
    if (!body) return;
    counter.setFault(body.kind === 'none' ? undefined : body);
    response.json({ status: 'ok' });
  });
}

/** Makes the platform push a person's change to this server, and returns this server's answer. */
function mountPushes(router: Router, { credentials, pictureChecks, now }: Counter, platform: string, { push }: SandboxPage): void {
  if (!push) return;
  router.post('/push', async (request, response) => {
    const asked = readRequest(pushRequest, request, response);
    if (!asked) return;
    const { person, app_id = credentials.appId, tamper: tampered, ...change } = asked;
    const openid = openidOf(platform, app_id, person);
    const checkId = pictureChecks.get(openid);
    const sent = push({ ...credentials, ...change, appId: app_id, openid, checkId, time: now(), tampered });
    response.json(await sendPush(request, `${platform}/${encodeURIComponent(app_id)}`, sent));
  });
}
