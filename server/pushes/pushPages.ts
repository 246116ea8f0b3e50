import express, { type Request, type Response, type Router } from 'express';
import type { Logger } from 'pino';
import type { App } from '../config/apps.ts';
import { tenantIdOf } from '../config/pools.ts';
import { endPictureCheck } from '../contentChecks/pictureChecks.ts';
import type { Vault } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import { removeUnusedFiles } from '../pictures/avatarFiles.ts';
import type { PictureStore } from '../pictures/pictureStore.ts';
import { keepTicket } from '../platforms/componentTickets.ts';
import type { ContentVerdict } from '../platforms/contentVerdict.ts';
import { platformNamed } from '../platforms/index.ts';
import type { PlatformApp } from '../platforms/platform.ts';
import { type Push, type PushReceiver, refusePush } from '../platforms/push.ts';
import type { Background } from '../process/background.ts';
import { clockSkew } from '../process/time.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { IdentityPlatform, Store } from '../store/schema.ts';
import type { Transaction } from '../store/tenant.ts';
import type { Endpoints } from '../webhooks/endpoints.ts';
import { isFirstDelivery } from './firstDelivery.ts';
import { closePlatformAccount, withdraw } from './withdrawals.ts';

/** Path under which platforms push: `/{platform}/{app id at the platform}`. */
export const pushesPath = '/v1/pushes';

export interface PushServices {
  store: Store;
  vault: Vault;
  pictures: PictureStore;
  background: Background;
  endpoints: Endpoints;
  /** Unix seconds. */
  now(): number;
  log: Logger;
}

/** A push is a few hundred bytes. */
const bodyLimit = '64kb';

/**
 * Receives the platforms' pushes. They are not in the contract: each platform has its own protocol, and no client calls them. A push for an
 * app of a platform concerns the users of every pool and environment that the app serves.
 */
export function pushPages(apps: readonly App[], services: PushServices): Router {
  const router = express.Router();
  router
    .route('/:platform/:appId')
    .get(({ params, url }, response) => {
      const { receiver } = find(apps, params);
      if (!receiver.confirm) throw new ApiError('method_not_allowed', { allow: 'POST' });
      answerText(response, receiver.confirm(new URL(url, 'http://push').searchParams));
    })
    .post(express.raw({ type: () => true, limit: bodyLimit, inflate: false }), (request, response) =>
      receive(apps, services, request, response),
    );
  return router;
}

async function receive(apps: readonly App[], services: PushServices, request: Request, response: Response): Promise<void> {
  const { receiver, app, owners, tenantIds } = find(apps, request.params);
  const { url, headers, body } = request;
  const push = receiver.open({
    query: new URL(url, 'http://push').searchParams,
    headers,
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    now: services.now(),
  });
  const { store, vault, pictures, background, endpoints, now, log } = services;
  const age = now() - push.sentAt;
  if (!(age <= receiver.maxAge && age >= -clockSkew)) throw refusePush(`sent ${age} seconds ago`);
  const isRefused = push.event.kind === 'picture_checked' && refusesPicture(owners, app.platform, push.event.verdict);
  if (push.event.kind === 'ticket') await keepTicket({ id: '', store, vault, now }, app, push.event.ticket, push.event.issuedAt);
  let isKnown = false;
  for (const id of tenantIds) {
    const delivery = { app, push, until: push.sentAt + receiver.maxAge + 2 * clockSkew, isRefused };
    const tenant = { id, store, now, log, endpoints: endpoints.of(id) };
    isKnown = (await inTransaction(tenant, (tx) => act(tx, delivery))) || isKnown;
  }
  // The upload that asked for the verdict may still be on its way: the platform delivers it again.
  if (isRefused && !isKnown) throw new ApiError('store_unavailable', { retryAfter: 5, detail: { fault: 'verdict on an unknown picture' } });
  background.run(() => removeUnusedFiles(store, pictures, now()), log);
  log.info({ platform: app.platform, event: push.event.kind }, 'push received');
  if (push.answer.type === 'json') response.type('json').send(push.answer.body);
  else answerText(response, push.answer.body);
}

interface Delivery {
  app: PlatformApp;
  push: Push;
  /** Unix seconds, after which the push is too old anyway. */
  until: number;
  /** Whether the checked picture is to be deleted. */
  isRefused: boolean;
}

/** @returns false if the tenant has nothing that the push concerns */
async function act(tx: Transaction, { app, push, until, isRefused }: Delivery): Promise<boolean> {
  const { event } = push;
  const isFirst = await isFirstDelivery(tx, app, push, until);
  // A verdict that arrives before its upload is committed takes effect when it is delivered again.
  if (event.kind === 'picture_checked') return endPictureCheck(tx, app, event.checkId, isRefused);
  if (!isFirst) return true;
  if (event.kind === 'withdrawn') await withdraw(tx, { ...app, openid: event.openid }, event.data);
  if (event.kind === 'account_closed') await closePlatformAccount(tx, { ...app, openid: event.openid });
  return true;
}

/** Whether any app that uses this platform app deletes a picture after this verdict. */
const refusesPicture = (owners: readonly App[], platform: IdentityPlatform, verdict: ContentVerdict | 'failed') =>
  owners.some(
    ({ content_check, content_check_refuses, content_check_fail_open }) =>
      content_check === platform &&
      (verdict === 'failed' ? !content_check_fail_open : content_check_refuses.some((refused) => refused === verdict)),
  );

interface Receiving {
  receiver: PushReceiver;
  app: PlatformApp;
  /** The apps that have the platform's app. */
  owners: readonly App[];
  /** The pools and environments whose users the platform's app may know. */
  tenantIds: string[];
}

/** @throws path_not_found unless an app has this platform app and is configured for its pushes */
function find(apps: readonly App[], { platform: name, appId }: Request['params']): Receiving {
  const platform = platformNamed(name);
  const findComponent = () =>
    apps.map(({ platforms }) => platform && platforms[platform]?.componentPushes).find((component) => component?.appId === appId)?.receiver;
  const owners = platform ? apps.filter(({ platforms }) => platforms[platform]?.settings.app_id === appId) : [];
  const receiver =
    platform && (owners.map(({ platforms }) => platforms[platform]?.pushes).find((pushes) => pushes !== undefined) ?? findComponent());
  if (!platform || !receiver)
    throw new ApiError('path_not_found', {
      text: { en: 'No app on this server receives pushes of this platform app.', zh: '本服务没有应用接收该平台应用的推送。' },
    });
  // A third-party platform has no users.
  const tenantIds = owners.flatMap((app) => [tenantIdOf(app), ...app.environments.map((environment) => tenantIdOf(app, environment))]);
  return { receiver, app: { platform, platformAppId: String(appId) }, owners, tenantIds: [...new Set(tenantIds)] };
}

function answerText(response: Response, body: string): void {
  response.type('text/plain').send(body.slice(0, 256));
}
