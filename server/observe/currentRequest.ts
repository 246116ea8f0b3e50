import { AsyncLocalStorage } from 'node:async_hooks';
import type { OperationId } from '../../generated/operations.ts';
import type { Trace, WaitKind } from './trace.ts';

/** The request on whose behalf code runs, the work after its answer included: data for its log line, its trace and the audit trail. */
export interface CurrentRequest {
  readonly id: string;
  /** The server's own id for it if the client gave one, because that may not be unique. */
  readonly ownId: string | undefined;
  /** The client's address, according to the trusted proxies. */
  readonly ip: string | undefined;
  readonly path: string;
  readonly trace: Trace | undefined;
  /** Undefined if the contract has no operation for it. */
  operationId: OperationId | undefined;
  /** The app that asks, or the environment of it. */
  appId: string | undefined;
  /** Milliseconds. */
  waited: Partial<Record<WaitKind, number>> | undefined;
  /** The answer's error as the log shows it. */
  error: { code: string; [detail: string]: unknown } | undefined;
  /** The cause of an unexpected error. */
  fault: unknown;
}

declare global {
  namespace Express {
    interface Request {
      current: CurrentRequest;
    }
  }
}

const requests = new AsyncLocalStorage<CurrentRequest>();

/** Undefined outside requests. */
export const currentRequest = (): CurrentRequest | undefined => requests.getStore();

/** Starts work that belongs to no request, even if one caused it. */
export const outsideRequests = <T>(start: () => T): T => requests.exit(start);

/** Runs the rest of a request with what `currentRequest` tells of it. */
export const runRequest = (request: CurrentRequest, rest: () => void): void => requests.run(request, rest);

/**
 * Adds a wait of the current request that ends now. Concurrent waits count twice.
 *
 * @param name the purpose, in few words: no value from the request
 * @param milliseconds how long
 */
export function noteWait(kind: WaitKind, name: string, milliseconds: number, attributes?: Record<string, string | number>): void {
  const request = currentRequest();
  if (!request) return;
  request.waited ??= {};
  request.waited[kind] = toHundredths((request.waited[kind] ?? 0) + milliseconds);
  request.trace?.addWait(kind, name, milliseconds, attributes);
}

export const toHundredths = (milliseconds: number) => Math.round(milliseconds * 100) / 100;

/** @param sql has placeholders where the values are */
export const noteQuery = (sql: string, milliseconds: number): void =>
  noteWait('store', sql.slice(0, sql.indexOf(' ')), milliseconds, { 'db.query.text': sql });
