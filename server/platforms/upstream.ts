import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '../errors.ts';
import { requestJson, type UpstreamServices } from '../upstream/request.ts';
import { heldAccessToken, type TokenServices } from './accessTokens.ts';
import { findCode, platformError } from './errorTable.ts';
import type { PlatformSettings, Upstream } from './platform.ts';
import { explainSandboxCode } from './sandboxCodes.ts';

/** Milliseconds before the second attempt at a platform that said it was busy. */
const busyPause = 200;

/** How many times `platformTimeout` all calls for one request may take together, queues included. */
const timeouts = 3;

/** What calls to a platform need. */
export type PlatformServices = UpstreamServices & TokenServices;

/** Connects an app to a platform for one request. The time for all its calls begins here. */
export function createUpstream(
  platform: string,
  settings: PlatformSettings,
  { appId, services }: { appId: string; services: PlatformServices },
): Upstream {
  const { platformTimeout, metrics, log, now } = services;
  const deadline = performance.now() + timeouts * platformTimeout;
  return {
    now,
    requestJson: (url, init) =>
      requestJson(url, init, services, { name: platform, circuit: `${platform} at ${url.origin}`, logged: { platform }, deadline }),
    async callWithToken({ fetchToken, send, refusesToken }) {
      const owner = { appId, platform, platformAppId: settings.app_id };
      const token = await heldAccessToken(services, owner, fetchToken);
      const json = await send(token);
      return refusesToken(json) ? send(await heldAccessToken(services, owner, fetchToken, token)) : json;
    },
    refusal(platformCode, platformMessage, table, fallback = 'platform_failed') {
      const { code, check } = findCode(platformCode, [settings.error_codes, table], fallback);
      metrics.refusals.inc({ platform, code });
      const detail = { platform, platform_code: platformCode, platform_message: platformMessage, ...(check && { check }) };
      if (check) log.error(detail, `${platform} refuses the app: check ${check}`);
      return platformError(code, detail, explainSandboxCode(code, settings));
    },
  };
}

/** Runs an exchange, and once more if the platform said that it was busy, which invites to try the same code again. */
export async function withBusyRetry<T>(exchange: () => Promise<T>): Promise<T> {
  try {
    return await exchange();
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'platform_busy' && error.detail?.platform_code !== undefined)) throw error;
    await sleep(busyPause);
    return exchange();
  }
}
