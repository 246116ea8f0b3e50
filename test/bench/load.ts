import { randomUUID } from 'node:crypto';
import autocannon, { type Request } from 'autocannon';
import { operationTable } from '../../generated/operations.ts';
import { clientId, type Person, password } from './people.ts';

export const connections = 64;

export interface Outcome {
  answers: number;
  /** Answers a second. */
  rate: number;
  /** Milliseconds within which 99 of 100 answers came. */
  p99: number;
}

/** What a connection asks, over and over. */
export type Requests = (people: Person[]) => Request[];

const headers = { 'X-Hydrogen-Client-ID': clientId, 'Content-Type': 'application/json' };

export const readUser: Requests = (people) =>
  people.map(({ userId, token }) => ({
    method: 'GET',
    path: operationTable.getUser.path.replace('{user_id}', String(userId)),
    headers: { 'X-Hydrogen-Client-ID': clientId, Authorization: `Hydrogen-r1 ${token}` },
  }));

export const logInSilently: Requests = (people) =>
  people.map(({ username }) => ({
    method: 'POST',
    path: operationTable.silentLoginWechat.path,
    headers,
    body: JSON.stringify({ code: username, create_user: true }),
  }));

export const logInByPassword: Requests = (people) =>
  people.map(({ username }) => ({
    method: 'POST',
    path: operationTable.loginByUsername.path,
    headers,
    body: JSON.stringify({ username, password }),
  }));

export const register: Requests = () => [
  {
    method: 'POST',
    path: operationTable.registerByUsername.path,
    headers,
    setupRequest: (request) => ({ ...request, body: JSON.stringify({ username: randomUUID(), password }) }),
  },
];

/**
 * Asks from 64 connections at once, each on behalf of a hundred people, as fast as the answers come.
 *
 * @throws where anything but success is answered
 */
export async function load(origin: string, requests: Requests, people: Person[], seconds: number): Promise<Outcome> {
  const share = people.length / connections;
  let connection = 0;
  const times: number[] = [];
  const result = await autocannon({
    url: origin,
    connections,
    duration: seconds,
    timeout: 60,
    setupClient(client) {
      const first = connection++ * share;
      client.setRequests(requests(people.slice(first, first + share)));
      client.on('response', (_status, _bytes, time) => times.push(time));
    },
  });
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0 || times.length === 0) throw new Error(`${failed} of ${times.length} requests to ${origin} failed`);
  times.sort((a, b) => a - b);
  return { answers: times.length, rate: times.length / result.duration, p99: times[Math.floor(times.length * 0.99)] ?? 0 };
}
