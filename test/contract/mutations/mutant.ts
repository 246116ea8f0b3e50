import { buffer } from 'node:stream/consumers';
import express from 'express';
import { aliasTable, type OperationId, operationTable } from '../../../generated/operations.ts';
import { fillPath } from '../../support/fillPath.ts';

/** A value of JSON, of which a mutation knows the shape. */
// biome-ignore lint/suspicious/noExplicitAny: a mutation may change anything in a body
export type Json = any;

export interface Answer {
  status: number;
  headers: Headers;
  body: Json;
  /** Sent in place of the body. */
  text?: string;
}

/** A request on its way to the truthful server, which a mutation may change, keep back or repeat. */
export interface Exchange {
  /** The operation; undefined if the contract has no such path. */
  id: OperationId | undefined;
  method: string;
  /** Path and query. */
  url: string;
  headers: Headers;
  /** The body's JSON; undefined if it is not JSON. */
  body: Json;
  /** The token of the request, if it has one. */
  token: string | undefined;
  /** The mutation's own notes, empty for each mutant. */
  memory: Map<string, Json>;
  /** Sends the request as it is now, or with other parts. */
  forward(instead?: Partial<Pick<Exchange, 'method' | 'url' | 'body'>> & { token?: string | null }): Promise<Answer>;
  /** Calls another operation of the truthful server for the same app. */
  call(id: OperationId, request?: { token?: string | undefined; body?: Json; user_id?: number }): Promise<Answer>;
  /** The record of the user of a token that a login through this mutant gave. */
  record(token?: string): Promise<Json>;
  /** The id of the user of a token. */
  ownerOf(token: string | undefined): number | undefined;
}

/** One way in which a server may violate the contract. */
export interface Mutation {
  name: string;
  /** The operations whose cases find out. */
  of: readonly [OperationId, ...OperationId[]];
  mutate(exchange: Exchange): Promise<Answer>;
}

/** Headers of one connection. */
const ofTheConnection = ['connection', 'content-length', 'transfer-encoding', 'host', 'keep-alive'];
const without = (headers: Headers, names: string[]) => new Headers([...headers].filter(([name]) => !names.includes(name)));

/** A server that answers like another one, except for a mutation. @param truth the other one's origin */
export function createMutant(truth: string, mutate: Mutation['mutate']): express.Express {
  const owners = new Map<string, number>();
  const memory = new Map<string, Json>();
  const send = async (method: string, url: string, headers: Headers, bytes: Uint8Array<ArrayBuffer> | undefined): Promise<Answer> => {
    const response = await fetch(truth + url, { method, headers, redirect: 'manual', ...(bytes !== undefined && { body: bytes }) });
    const text = await response.text();
    const answer: Answer = {
      status: response.status,
      headers: without(response.headers, [...ofTheConnection, 'content-encoding']),
      ...parse(text),
    };
    if (answer.body?.token !== undefined && answer.status < 300) owners.set(answer.body.token, answer.body.user_id);
    return answer;
  };
  const mutant = express();
  mutant.disable('x-powered-by');
  mutant.disable('etag');
  mutant.use(async ({ headers: raw, method, originalUrl: url }, response) => {
    const received = new Headers(Object.entries(raw).map(([name, value]): [string, string] => [name, String(value)]));
    const headers = without(received, ofTheConnection);
    const bytes = new Uint8Array(await buffer(response.req));
    const { body } = parse(Buffer.from(bytes).toString());
    const call: Exchange['call'] = (id, { token, body: sent, user_id = 0 } = {}) => {
      const { path, method: theirs } = operationTable[id];
      const own = new Headers({ 'X-Hydrogen-Client-ID': headers.get('X-Hydrogen-Client-ID') ?? '' });
      if (token !== undefined) own.set('Authorization', `Hydrogen-r1 ${token}`);
      if (sent !== undefined) own.set('Content-Type', 'application/json');
      return send(theirs, fillPath(path, { user_id }), own, sent === undefined ? undefined : toBytes(sent));
    };
    const token = headers.get('Authorization')?.split(' ')[1];
    const exchange: Exchange = {
      id: operationAt(headers.get('X-Hydrogen-Request-Method') ?? method, url),
      method,
      url,
      headers,
      body,
      token,
      memory,
      call,
      ownerOf: (of) => owners.get(of ?? ''),
      async record(of = token) {
        return (await call('getUser', { token: of, user_id: owners.get(of ?? '') ?? 0 })).body;
      },
      forward({ token: otherToken, ...instead } = {}) {
        const sent = new Headers(headers);
        if (otherToken === null) sent.delete('Authorization');
        else if (otherToken !== undefined) sent.set('Authorization', `Hydrogen-r1 ${otherToken}`);
        const own = bytes.length === 0 ? undefined : bytes;
        return send(instead.method ?? method, instead.url ?? url, sent, instead.body === undefined ? own : toBytes(instead.body));
      },
    };
    const { status, headers: answered, body: answer, text = JSON.stringify(answer) } = await mutate(exchange);
    response.status(status);
    for (const [name, value] of answered) response.setHeader(name, value);
    response.end(text);
  });
  return mutant;
}

function parse(text: string): { body: Json; text?: string } {
  try {
    return { body: JSON.parse(text) };
  } catch {
    return { body: undefined, text };
  }
}

const toBytes = (body: Json) => new Uint8Array(Buffer.from(JSON.stringify(body)));

const patternOf = (path: string) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}(\\?|$)`);
const places = [
  ...Object.entries(operationTable).map(([id, { method, path }]) => ({ id: id as OperationId, method, pattern: patternOf(path) })),
  ...Object.values(aliasTable).map(({ operationId: id, method, path }) => ({ id, method, pattern: patternOf(path) })),
];

/** The operation with a method and path; otherwise the first with the path. */
const operationAt = (method: string, url: string) => {
  const at = places.filter(({ pattern }) => pattern.test(url));
  return (at.find((place) => place.method === method) ?? at[0])?.id;
};
