import { AsyncLocalStorage } from 'node:async_hooks';
import type { Request, Response } from 'express';
import type { LogEvent } from 'kysely';
import type { Trace } from './trace.ts';

/** What a request waits for. */
export type Awaited = 'store' | 'upstream' | 'hash';

/** The request on whose behalf code runs, the work after its answer included. */
export interface CurrentRequest {
  id: string;
  /** The client's address, as far as the proxies in front are trusted. */
  ip: string | undefined;
  /** Its operationId, or its path where the contract has no operation. */
  operation: () => string;
  locals: { waited?: Partial<Record<Awaited, number>> };
  trace: Trace | undefined;
}

const requests = new AsyncLocalStorage<CurrentRequest>();

/** Undefined outside requests. */
export const currentRequest = (): CurrentRequest | undefined => requests.getStore();

/** Starts work that is nobody's in particular, whoever caused it. */
export const outsideRequests = <T>(start: () => T): T => requests.exit(start);

/** Runs the rest of a request with what `currentRequest` tells of it. */
export function runRequest(request: Request, response: Response, trace: Trace | undefined, rest: () => void): void {
  const { id, ip } = request;
  const { locals } = response;
  requests.run({ id, ip, operation: () => locals.operationId ?? request.path, locals, trace }, rest);
}

/**
 * Notes that the current request waited until now. What ran at the same time counts twice.
 *
 * @param name what for, in few words: no value that came with the request
 * @param milliseconds how long
 */
export function noteWait(what: Awaited, name: string, milliseconds: number, attributes?: Record<string, string | number>): void {
  const request = currentRequest();
  if (!request) return;
  request.locals.waited ??= {};
  request.locals.waited[what] = toHundredths((request.locals.waited[what] ?? 0) + milliseconds);
  request.trace?.addWait(what, name, milliseconds, attributes);
}

const toHundredths = (milliseconds: number) => Math.round(milliseconds * 100) / 100;

/** Kysely tells every query; its text has placeholders where the values are. */
export const noteQuery = ({ query: { sql }, queryDurationMillis }: LogEvent): void =>
  noteWait('store', sql.slice(0, sql.indexOf(' ')), queryDurationMillis, { 'db.query.text': sql });
