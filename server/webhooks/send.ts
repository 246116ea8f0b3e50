import { fetchThrough, statusOf } from '../upstream/fetch.ts';
import { anyAgent, PrivateAddress, publicAgent } from './agents.ts';
import type { Endpoint } from './endpoints.ts';
import type { Claimed } from './queue.ts';
import { signedRequest } from './signedRequest.ts';

/** The answer of an endpoint. */
export interface Answer {
  /** Undefined if there was none. */
  status: number | undefined;
  /** The reason why the event was not received; undefined if it was. */
  problem: string | undefined;
}

/** Sends an event to an endpoint. Never throws. */
export type Send = (endpoint: Endpoint, event: Pick<Claimed, 'eventId' | 'body'>) => Promise<Answer>;

/**
 * Creates a sender, whose requests have the headers of Standard Webhooks. Redirections are not followed.
 *
 * @param timeout milliseconds for a whole answer
 */
export function createSend(timeout: number): Send {
  const [toPublic, toAny] = [fetchThrough(publicAgent), fetchThrough(anyAgent)];
  return async (endpoint, { eventId, body }) => {
    const aborter = new AbortController();
    const timer = setTimeout(() => aborter.abort(), timeout);
    try {
      const fetch = endpoint.allowsPrivate ? toAny : toPublic;
      const at = new Date();
      const request = signedRequest(eventId, at, body, endpoint.sign(eventId, at, body));
      const { status } = await fetch(endpoint.url, { ...request, signal: aborter.signal });
      return toAnswer(status);
    } catch (error) {
      const status = statusOf(error);
      if (status !== undefined) return toAnswer(status);
      return { status, problem: aborter.signal.aborted ? `no answer within ${timeout / 1000} s` : problemOf(error) };
    } finally {
      clearTimeout(timer);
    }
  };
}

const toAnswer = (status: number): Answer => ({
  status,
  problem:
    status >= 200 && status < 300
      ? undefined
      : `answered ${status}${status >= 300 && status < 400 ? ': redirections are not followed' : ''}`,
});

/** Longest text of the column. */
const longest = 128;

function problemOf(error: unknown): string {
  const [cause] = error instanceof AggregateError ? error.errors : [error];
  if (cause instanceof PrivateAddress) return 'its address is not public: allow_private permits that';
  if (!(cause instanceof Error)) return 'not sent';
  return ('code' in cause && typeof cause.code === 'string' ? cause.code : cause.message).slice(0, longest);
}
