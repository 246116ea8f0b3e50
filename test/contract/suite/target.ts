import { randomBytes } from 'node:crypto';
import { type OperationId, operationTable } from '../../../generated/operations.ts';
import { namesInPath, takesForm, takesServerKey } from '../../support/contract.ts';
import { fillPath } from '../../support/fillPath.ts';
import { faultOf, type Reply } from './answers.ts';
import type { ErrorCode } from './errors.ts';

export interface Address {
  /** The server's URL, without `/hserve`. */
  url: string;
  /** The sandbox's URL, without `/wechat/login`. */
  sandbox: string;
  clientId: string;
  /** Whether to skip cases that need stored state, without testing for it. */
  stateless?: boolean;
  /** A key of the app with every scope; without it, the operations of servers are skipped. */
  serverKey?: string | undefined;
}

export interface Request {
  /** Sent as JSON; text and forms are sent as they are. */
  body?: unknown;
  token?: string | undefined;
  /** Values of the path's parameters. */
  params?: Record<string, string | number>;
  query?: string | Record<string, string>;
  /** Added to the usual headers or replacing them; undefined omits one. */
  headers?: Record<string, string | undefined>;
  method?: string;
  /** An older path of the operation, replacing the current one. */
  path?: string;
}

/** The server under test. */
export interface Target {
  /** The server's URL, without `/hserve`. */
  url: string;
  /** Whether it answers with the contract's examples and stores nothing, as a mock does. */
  canned: boolean;
  /** Whether Prism is the proxy or the mock: it reads bodies itself, and never answers some that are not JSON. */
  prism: boolean;
  /** Undefined if the target has no sandbox. */
  sandbox: string | undefined;
  /** The number of requests to each operation. */
  requests: Map<OperationId, number>;
  /**
   * Calls an operation.
   *
   * @param wanted the error that the request should cause
   * @throws if the contract does not declare the answer, or the server fails; Lacking if the server is not set up for the case
   */
  send(id: OperationId, request?: Request, wanted?: ErrorCode): Promise<Reply>;
  /** Sends a request to an operation's path and returns any answer. */
  ask(id: OperationId, request?: Request): Promise<Reply>;
  /** A name that neither this run nor an earlier one has used. */
  newName(): string;
  newPhone(): string;
  /** A session for requests that fail early; shared by all, unless the operation closes it or changes the account. */
  sessionFor(id: OperationId): Promise<string>;
}

/** Skips a case, and names the missing capability of the target. */
export class Lacking extends Error {}
/** Errors that depend on the server's configuration, with the missing part. */
const setUp: Record<string, string> = {
  delivery_unavailable: 'a sender of mail and SMS',
  login_method_disabled: 'this login method',
  rate_limited: 'RATE_LIMIT=off',
};

/** Milliseconds for one answer: far longer than a server's timeout for platforms. */
const timeout = 60_000;

/** Connects to a target. @throws if nothing answers */
export async function openTarget(address: Address): Promise<Target> {
  const requests: Target['requests'] = new Map();
  const run = randomBytes(5).toString('hex');
  const firstNumber = randomBytes(4).readUInt32BE();
  let names = 0;
  let numbers = 0;

  const newName = () => `c${run}x${++names}`;
  let visitor: Promise<Reply> | undefined;
  const sessionFor: Target['sessionFor'] = async (id) => {
    const register = () => send('registerByUsername', { body: { username: newName(), password: 'plum-rain-june' } });
    if (id === 'logout') return (await send('loginAnonymously')).body.token;
    // With an address, the shared account would be mailed, which is limited even with RATE_LIMIT=off.
    if (id === 'updateAccount') return (await register()).body.token;
    visitor ??= register();
    return (await visitor).body.token;
  };

  const prism = isPrismsOwn(parse(await fetch(`${address.url}/hserve/`).then((response) => response.text())));
  const ask: Target['ask'] = async (id, request = {}) => {
    requests.set(id, (requests.get(id) ?? 0) + 1);
    if (takesServerKey(id) && address.serverKey === undefined) throw new Lacking('a server key (--server-key)');
    const { url, init } = toFetch(address, id, request);
    const response = await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeout) });
    const text = await response.text();
    const body = parse(text);
    if (isPrismsOwn(body)) throw new Lacking('its own parser: Prism answers this itself');
    return { status: response.status, headers: response.headers, text, body };
  };
  const send: Target['send'] = async (id, request = {}, wanted) => {
    const reply = await ask(id, request);
    const fault = faultOf(id, reply) ?? (reply.status >= 500 && !wanted ? 'nothing in the request provokes that' : undefined);
    const lack = setUp[reply.body?.code];
    if (lack && reply.body.code !== wanted) throw new Lacking(lack);
    if (prism && wanted === undefined && reply.body?.code === 'picture_invalid') {
      throw new Lacking('its own body parser: Prism reads a form as text, which breaks a picture');
    }
    if (fault) throw new Error(`${id} ${describe(request)}\n${fault}\nin ${reply.status} ${reply.text.slice(0, 2000)}`);
    return reply;
  };

  const [first, second] = [await ask('loginAnonymously'), await ask('loginAnonymously')];
  return {
    url: address.url,
    requests,
    ask,
    send,
    sessionFor,
    prism,
    canned: address.stateless === true || (first.body?.token !== undefined && first.body.token === second.body?.token),
    sandbox: await fetch(`${address.sandbox}/`).then(({ ok }) => (ok ? address.sandbox : undefined)),
    newName,
    newPhone: () => `19${String((firstNumber + ++numbers) % 1_000_000_000).padStart(9, '0')}`,
  };
}

function toFetch(
  { url, clientId, serverKey }: Address,
  id: OperationId,
  { body, token, params = {}, query = {}, headers, ...place }: Request,
) {
  const { path, method } = { ...operationTable[id], ...place };
  const search = typeof query === 'string' ? query : String(new URLSearchParams(query));
  const all = {
    'X-Hydrogen-Client-ID': clientId,
    Authorization: takesServerKey(id) ? `Bearer ${serverKey}` : token === undefined ? undefined : `Hydrogen-r1 ${token}`,
    'Content-Type': typeOf(id, body),
    ...headers,
  };
  return {
    url: `${url}${fillPath(path, { ...namesInPath(id), ...params }, 1)}${search && `?${search}`}`,
    init: {
      method,
      headers: Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined),
      // Bytes, because fetch adds a content type to text.
      ...(body !== undefined && {
        body: body instanceof FormData ? body : Buffer.from(typeof body === 'string' ? body : encode(id, body)),
      }),
    },
  };
}

/** Undefined if fetch sets it, or there is no body. */
function typeOf(id: OperationId, body: unknown): string | undefined {
  if (body === undefined || body instanceof FormData) return undefined;
  return takesForm(id) ? 'application/x-www-form-urlencoded' : 'application/json';
}

const encode = (id: OperationId, body: unknown): string =>
  takesForm(id) ? String(new URLSearchParams(body as Record<string, string>)) : JSON.stringify(body);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether Prism itself answered, other than to report a wrong answer. */
const isPrismsOwn = (body: unknown) =>
  typeof body === 'object' &&
  body !== null &&
  'type' in body &&
  /^https:\/\/stoplight\.io\/prism\/errors#(?!VIOLATIONS)/.test(String(body.type));

const describe = (request: Request) => JSON.stringify(request).slice(0, 2000);
