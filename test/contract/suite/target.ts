import { randomBytes } from 'node:crypto';
import { type OperationId, operationTable } from '../../../generated/operations.ts';
import { fillPath } from '../../support/fillPath.ts';
import { faultOf, type Reply } from './answers.ts';
import type { ErrorCode } from './refusals.ts';

export interface Address {
  /** Of the server: what stands before `/hserve`. */
  url: string;
  /** Of the server's sandbox: what stands before `/wechat/login`. */
  sandbox: string;
  clientId: string;
}

export interface Request {
  /** Sent as JSON; text is sent as it is. */
  body?: unknown;
  token?: string | undefined;
  /** Values of the path's parameters. */
  params?: Record<string, string | number>;
  query?: string | Record<string, string>;
  /** Beside or instead of those that every request carries; undefined leaves one out. */
  headers?: Record<string, string | undefined>;
  method?: string;
  /** Instead of the operation's own: an older path of it. */
  path?: string;
}

/** What is under test. */
export interface Target {
  /** Whether it gives answers from the contract's examples and remembers nobody, as a mock does. */
  canned: boolean;
  /** Whether Prism stands in between, or is the mock: it reads bodies itself, and some that are no JSON it never answers. */
  prism: boolean;
  /** Undefined where no sandbox stands in for the platforms. */
  sandbox: string | undefined;
  /** How many requests each operation has had. */
  requests: Map<OperationId, number>;
  /**
   * Calls an operation.
   *
   * @param wanted the error that the request is made to bring about
   * @throws where the answer is not one that the contract declares, or is a fault of the server; Lacking where the server is not set up
   */
  send(id: OperationId, request?: Request, wanted?: ErrorCode): Promise<Reply>;
  /** Sends a request to an operation's path and takes whatever comes. */
  ask(id: OperationId, request?: Request): Promise<Reply>;
  /** A name that nobody had before, in this run or an earlier one. */
  newName(): string;
  newPhone(): string;
  /** A session for requests that are not to get far: somebody's with an account, the same for all, unless the operation ends it. */
  sessionFor(id: OperationId): Promise<string>;
}

/** What a case cannot do without and the target does not have; the case is skipped. */
export class Lacking extends Error {}
/** Errors that say how the server is set up, and nothing of how it keeps to the contract. */
const setUp: Record<string, string> = {
  delivery_unavailable: 'a sender of mail and SMS',
  login_method_disabled: 'this login method',
  rate_limited: 'RATE_LIMIT=off',
};

/** Milliseconds for one answer: far longer than a server gives a platform. */
const patience = 60_000;

/** A target that is there. @throws where nothing answers */
export async function openTarget(address: Address): Promise<Target> {
  const requests: Target['requests'] = new Map();
  const run = randomBytes(5).toString('hex');
  const firstNumber = randomBytes(4).readUInt32BE();
  let names = 0;
  let numbers = 0;

  const newName = () => `c${run}x${++names}`;
  let visitor: Promise<Reply> | undefined;
  const sessionFor: Target['sessionFor'] = async (id) => {
    visitor ??= send('registerByUsername', { body: { username: newName(), password: 'plum-rain-june' } });
    return (id === 'logout' ? await send('loginAnonymously') : await visitor).body.token;
  };

  const ask: Target['ask'] = async (id, request = {}) => {
    requests.set(id, (requests.get(id) ?? 0) + 1);
    const { url, init } = toFetch(address, id, request);
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(patience) });
    const text = await response.text();
    const body = parse(text);
    if (isPrismsOwn(body)) throw new Lacking('an ear of its own: Prism answers this itself');
    return { status: response.status, headers: response.headers, text, body };
  };
  const send: Target['send'] = async (id, request = {}, wanted) => {
    const reply = await ask(id, request);
    const fault = faultOf(id, reply) ?? (reply.status >= 500 && !wanted ? 'nothing in the request provokes that' : undefined);
    const lack = setUp[reply.body?.code];
    if (lack && reply.body.code !== wanted) throw new Lacking(lack);
    if (fault) throw new Error(`${id} ${describe(request)}\n${fault}\nin ${reply.status} ${reply.text.slice(0, 2000)}`);
    return reply;
  };

  const [first, second] = [await ask('loginAnonymously'), await ask('loginAnonymously')];
  return {
    requests,
    ask,
    send,
    sessionFor,
    prism: isPrismsOwn(parse(await fetch(`${address.url}/hserve/`).then((response) => response.text()))),
    canned: first.body?.token !== undefined && first.body.token === second.body?.token,
    sandbox: await fetch(`${address.sandbox}/`).then(({ ok }) => (ok ? address.sandbox : undefined)),
    newName,
    newPhone: () => `19${String((firstNumber + ++numbers) % 1_000_000_000).padStart(9, '0')}`,
  };
}

function toFetch({ url, clientId }: Address, id: OperationId, { body, token, params = {}, query = {}, headers, ...place }: Request) {
  const { path, method } = { ...operationTable[id], ...place };
  const search = typeof query === 'string' ? query : String(new URLSearchParams(query));
  const all = {
    'X-Hydrogen-Client-ID': clientId,
    Authorization: token === undefined ? undefined : `Hydrogen-r1 ${token}`,
    'Content-Type': body === undefined ? undefined : 'application/json',
    ...headers,
  };
  return {
    url: `${url}${fillPath(path, { user_id: 1, ...params })}${search && `?${search}`}`,
    init: {
      method,
      headers: Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined),
      // Bytes, because to text fetch adds a content type of its own.
      ...(body !== undefined && { body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }),
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What Prism says without asking anybody, other than that an answer is wrong. */
const isPrismsOwn = (body: unknown) =>
  typeof body === 'object' &&
  body !== null &&
  'type' in body &&
  /^https:\/\/stoplight\.io\/prism\/errors#(?!VIOLATIONS)/.test(String(body.type));

const describe = (request: Request) => JSON.stringify(request).slice(0, 2000);
