import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError, type ErrorCode } from '../errors.ts';
import { measuredUpstream } from '../observe/measured.ts';
import type { Services } from '../services.ts';
import { statusOf } from '../upstream/fetch.ts';
import { heldAccessToken } from './accessTokens.ts';
import type { PlatformSettings, Upstream } from './platform.ts';

/** Seconds: the platforms' quotas are by the minute, their hiccups shorter. */
const retryAfter = { platform_rate_limited: 60, platform_busy: 5 };
/** Milliseconds before the second attempt at a platform that said it was busy. */
const busyPause = 200;

/** Faults before a connection stands: the platform has seen nothing, so no code can have been spent. */
const isNeverReached = (error: unknown): boolean => neverReached.has(causeCode(error)) || isConnectTimeout(causeOf(error));

/** The system's own, which a connection that stands may have too; of several addresses it is an error of errors. */
const isConnectTimeout = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.every((one) => neverReached.has(causeCode(one)) || isConnectTimeout(one))
    : error instanceof Error && 'syscall' in error && error.syscall === 'connect';

const neverReached = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** How many times `platformTimeout` all that is asked of a platform for one request may take, waits for a turn among them. */
const timeouts = 3;

/** What reaching a platform takes. */
export type UpstreamServices = Pick<Services, 'store' | 'vault' | 'fetch' | 'platformTimeout' | 'circuits' | 'metrics' | 'now' | 'log'>;

/** The time for all that is asked begins here. */
export function createUpstream(
  platform: string,
  settings: PlatformSettings,
  { appId, services }: { appId: string; services: UpstreamServices },
): Upstream {
  const { platformTimeout, circuits, metrics } = services;
  const until = performance.now() + timeouts * platformTimeout;
  return {
    now: services.now,
    requestJson(url, init) {
      const ask = () => requestJson(url, init, services, { platform }, Math.min(platformTimeout, until - performance.now()));
      return measuredUpstream(platform, url, metrics, () => circuits.call(`${platform} at ${url.origin}`, ask, until));
    },
    async callWithToken({ fetchToken, send, refusesToken }) {
      const owner = { appId, platform, platformAppId: settings.app_id };
      const token = await heldAccessToken(services, owner, fetchToken);
      const json = await send(token);
      return refusesToken(json) ? send(await heldAccessToken(services, owner, fetchToken, token)) : json;
    },
    refusal(platformCode, platformMessage, table, fallback = 'platform_failed') {
      const known = own(settings.error_codes, platformCode) ?? own(table, platformCode) ?? fallback;
      const { code, check } =
        typeof known === 'string' ? { code: known as ErrorCode, check: usualCheck } : { code: misconfiguredCode, ...known };
      metrics.refusals.inc({ platform, code });
      const refused = { platform, platform_code: platformCode, platform_message: platformMessage };
      if (code !== misconfiguredCode) return platformError(code, refused);
      const detail = { ...refused, check };
      services.log.error(detail, `${platform} refuses the app: check ${check}`);
      return platformError(code, detail);
    },
  };
}

/**
 * Runs an exchange, and once more where the platform said that it was busy: a documented invitation to try the same code again.
 */
export async function withBusyRetry<T>(exchange: () => Promise<T>): Promise<T> {
  try {
    return await exchange();
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'platform_busy' && error.detail?.platform_code !== undefined)) throw error;
    await sleep(busyPause);
    return exchange();
  }
}

/**
 * Asks a server of others for JSON.
 *
 * @param who whose server, for the log
 * @param timeout milliseconds
 */
export async function requestJson(
  url: URL,
  init: RequestInit | undefined,
  { fetch, log }: Pick<UpstreamServices, 'fetch' | 'log'>,
  who: { platform: string } | { provider: string },
  timeout: number,
): Promise<unknown> {
  const started = performance.now();
  // `AbortSignal.timeout` would keep itself, and with it the request, until its time comes.
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), timeout);
  const request = () => fetch(url, { redirect: 'error', ...init, signal: deadline.signal });
  const target = url.origin + url.pathname;
  try {
    const response = await request().catch((error: unknown) => {
      if (!isNeverReached(error)) throw error;
      log.warn({ ...who, target, fault: causeCode(error) }, 'platform not reached, trying once more');
      return request();
    });
    const text = await response.text();
    log.debug({ ...who, target, status: response.status, ms: Math.round(performance.now() - started) }, 'platform answered');
    if (response.status === 429) throw platformError('platform_rate_limited', { status: 429 });
    if (response.status === 503) throw platformError('platform_busy', { status: 503 });
    if (response.status >= 500) throw platformError('platform_failed', { status: response.status });
    return parseReply(text, response.status);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (deadline.signal.aborted) throw new ApiError('platform_timeout', { detail: { target, after_ms: Math.round(timeout) } });
    throw new ApiError('platform_failed', { detail: { target, status: statusOf(error), fault: causeCode(error) }, cause: error });
  } finally {
    clearTimeout(timer);
  }
}

const misconfiguredCode: ErrorCode = 'app_misconfigured';
const usualCheck = 'app_id and app_secret';

/** What stands in a table that the platform's own text is looked up in. */
const own = <T>(table: Readonly<Record<string, T>> | undefined, key: string | number): T | undefined =>
  table && Object.hasOwn(table, key) ? table[key] : undefined;

function platformError(code: ErrorCode, detail: Record<string, unknown>): ApiError {
  const wait = code === 'platform_busy' || code === 'platform_rate_limited' ? retryAfter[code] : undefined;
  return new ApiError(code, { detail, ...(wait !== undefined && { retryAfter: wait }) });
}

/** Platforms send JSON as text/plain at times, so the media type is not asked. */
function parseReply(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is there may hold a session key, so only its length is told.
    throw new ApiError('platform_failed', { detail: { status, fault: 'not JSON', length: text.length } });
  }
}

const causeOf = (error: unknown): unknown => (error instanceof Error && error.cause instanceof Error ? error.cause : error);

function causeCode(error: unknown): string {
  const cause = causeOf(error);
  if (cause instanceof Error && 'code' in cause) return String(cause.code);
  return cause instanceof Error ? cause.message : String(cause);
}
