import { AsyncLocalStorage } from 'node:async_hooks';
import type { OperationId } from '../../generated/operations.ts';
import type { Trace, WaitKind } from './trace.ts';

/** A metric by tenant and login method. */
interface AccountCounter {
  inc(labels: { tenant: string; method: string }): void;
}

/** Data of the current request for its log line, trace and audit entries; also available to work that continues after the response. */
export interface CurrentRequest {
  readonly id: string;
  /** The server's id if `id` is the client's, which may not be unique. */
  readonly ownId: string | undefined;
  /** The client's address, according to the trusted proxies. */
  readonly ip: string | undefined;
  readonly path: string;
  /** The origin of the page that sent it, according to its browser. */
  readonly origin: string | undefined;
  readonly userAgent: string | undefined;
  /** A person's answer to a hook's challenge. */
  readonly challengeResponse: string | undefined;
  readonly trace: Trace | undefined;
  readonly metrics: { logins: AccountCounter; registrations: AccountCounter };
  /** Undefined if the contract has no operation for it. */
  operationId: OperationId | undefined;
  /** The tenant: the calling app's pool or one of its environments. */
  appId: string | undefined;
  /** Milliseconds. */
  waited: Partial<Record<WaitKind, number>> | undefined;
  /** The response's error with details for the log. */
  error: { code: string; [detail: string]: unknown } | undefined;
  /** The cause of an unexpected error. */
  fault: unknown;
  /** Whether a status of 5xx is intended, such as that of `/readyz` while the server stops: no alarm is due. */
  intended: boolean;
}

declare global {
  namespace Express {
    interface Request {
      current: CurrentRequest;
    }
  }
}

const requests = new AsyncLocalStorage<CurrentRequest>();

/** The request that the calling code runs for; undefined outside requests. */
export const currentRequest = (): CurrentRequest | undefined => requests.getStore();

/** Starts work that belongs to no request, even if one caused it. */
export const outsideRequests = <T>(start: () => T): T => requests.exit(start);

/** Runs the rest of a request, within which `currentRequest` returns it. */
export const runRequest = (request: CurrentRequest, rest: () => void): void => requests.run(request, rest);

/**
 * Adds a wait of the current request that ends now. Concurrent waits count twice.
 *
 * @param name a short name of the purpose, without values from the request
 */
export function trackWait(kind: WaitKind, name: string, milliseconds: number, attributes?: Record<string, string | number>): void {
  const request = currentRequest();
  if (!request) return;
  request.waited ??= {};
  request.waited[kind] = toHundredths((request.waited[kind] ?? 0) + milliseconds);
  request.trace?.addWait(kind, name, milliseconds, attributes);
}

/** Counts a login or registration of the current request, once it is committed. Work outside requests, such as an import, is not counted. */
export function countAccount(kind: 'logins' | 'registrations', { id: tenant }: { id: string }, method: string): void {
  currentRequest()?.metrics[kind].inc({ tenant, method });
}

export const toHundredths = (milliseconds: number) => Math.round(milliseconds * 100) / 100;

/** @param sql the statement with placeholders for values */
export const trackQuery = (sql: string, milliseconds: number): void =>
  trackWait('store', sql.slice(0, sql.indexOf(' ')), milliseconds, { 'db.query.text': sql });
