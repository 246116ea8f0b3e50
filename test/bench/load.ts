import { loadByAutocannon } from './autocannon.ts';
import type { Person } from './people.ts';
import type { Request, Requests } from './requests.ts';
import { loadByWrk, wrkVersion } from './wrk.ts';

export const connections = 64;

export interface Outcome {
  answers: number;
  /** Answers a second. */
  rate: number;
  /** Milliseconds within which 99 of 100 answers came. */
  p99: number;
}

/** The order in which requests are sent. */
export type Order = 'at random' | 'in turn';

/** Sends requests on several connections at once for some seconds, and counts responses and failures. */
export type Generator = (
  origin: string,
  requests: Request[],
  connections: number,
  seconds: number,
  order: Order,
) => Promise<Outcome & { failed: number }>;

/** Describes the load generator in the table. */
export const generatorName = wrkVersion ?? 'autocannon, because wrk is not installed: the floors may be too low';
// The core of autocannon is full before that of the raw floor is.
const generate: Generator = wrkVersion === undefined ? loadByAutocannon : loadByWrk;

/**
 * Sends requests of some people on 64 connections at once, as fast as responses arrive.
 *
 * @param seconds a whole number
 * @throws if an answer is not a success
 */
export async function load(
  origin: string,
  requests: Requests,
  people: Person[],
  seconds: number,
  order: Order = 'at random',
): Promise<Outcome> {
  const { failed, ...outcome } = await generate(origin, requests(people), connections, seconds, order);
  if (failed > 0 || outcome.answers === 0) throw new Error(`${failed} of ${outcome.answers} requests to ${origin} failed`);
  return outcome;
}
