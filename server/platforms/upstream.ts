import { setTimeout as sleep } from 'node:timers/promises';
import type { Sealing } from '../crypto/vault.ts';
import { ApiError } from '../errors.ts';
import type { IdentityPlatform } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
import { requestJson, requestPicture, requestText, type UpstreamServices } from '../upstream/request.ts';
import { currentAccessToken } from './accessTokens.ts';
import { latestTicket } from './componentTickets.ts';
import { findCode, platformError } from './errorTable.ts';
import type { Upstream } from './platform.ts';
import { explainSandboxCode } from './sandboxCodes.ts';
import type { PlatformSettings } from './settings.ts';
import { shared } from './storedTokens.ts';

/** Milliseconds before the second attempt if a platform replied that it is busy. */
const busyPause = 200;

/** Total time for all calls of one request, including queueing, as a multiple of `platformTimeout`. */
const timeouts = 3;

/** Connects an app to a platform for one request. The time limit for all its calls starts here. */
export function createUpstream(
  platform: IdentityPlatform,
  settings: PlatformSettings,
  tenant: Tenant & Sealing,
  services: UpstreamServices,
): Upstream {
  const { platformTimeout, metrics, log } = services;
  const deadline = performance.now() + timeouts * platformTimeout;
  const callee = (url: URL) => ({ name: platform, circuit: `${platform} at ${url.origin}`, logged: { platform }, deadline });
  return {
    now: tenant.now,
    requestJson: (url, init) => requestJson(url, init, services, callee(url)),
    requestText: (url, init) => requestText(url, init, services, callee(url)),
    requestPicture: (url, init) => requestPicture(url, init, services, callee(url)),
    async callWithToken({ fetchToken, send, refusesToken, endsEarlier, holder: platformAppId = settings.app_id }) {
      const owner = { platform, platformAppId };
      const tokens = endsEarlier ? shared(tenant) : tenant;
      const token = await currentAccessToken(tokens, owner, fetchToken);
      const json = await send(token);
      return refusesToken(json) ? send(await currentAccessToken(tokens, owner, fetchToken, token)) : json;
    },
    async componentTicket(platformAppId) {
      const ticket = await latestTicket(tenant, { platform, platformAppId });
      if (ticket !== undefined) return ticket;
      const check = `the pushes to /v1/pushes/${platform}/${platformAppId}: no ticket of this third-party platform has arrived yet, or none for 12 hours`;
      log.error({ platform, check }, `${platform} cannot be called: check ${check}`);
      throw platformError('app_misconfigured', { detail: { platform, check } });
    },
    refusal(platformCode, platformMessage, table, fallback = 'platform_failed') {
      const { code, check } = findCode(platformCode, [settings.error_codes, table], fallback);
      metrics.refusals.inc({ platform, code });
      const detail = { platform, platform_code: platformCode, platform_message: platformMessage, ...(check && { check }) };
      if (check) log.error(detail, `${platform} refuses the app: check ${check}`);
      const text = explainSandboxCode(code, settings);
      return platformError(code, { detail, ...(text && { text }) });
    },
  };
}

/** Runs an exchange, and repeats it once if the platform replied that it is busy, because the code is still valid then. */
export async function withBusyRetry<T>(exchange: () => Promise<T>): Promise<T> {
  try {
    return await exchange();
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'platform_busy' && error.detail?.platform_code !== undefined)) throw error;
    await sleep(busyPause);
    return exchange();
  }
}
