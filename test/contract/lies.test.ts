import { buffer } from 'node:stream/consumers';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { type OperationId, operationTable } from '../../generated/operations.ts';
import { listen, startServer } from '../support/server.ts';
import { type Case, casesOf } from './suite/cases.ts';
import { Lacking, openTarget } from './suite/target.ts';

interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a lie may be anywhere in a body
  body: any;
  /** Instead of the body. */
  text?: string;
}

interface Lie {
  name: string;
  id: OperationId;
  /** The answers that become lies, by status or code. */
  where: number | string;
  tell(answer: Answer): unknown;
}

const login = (name: string, tell: Lie['tell']): Lie => ({ name, id: 'silentLoginWechat', where: 201, tell });
const refusal = (name: string, tell: Lie['tell'], where: number | string = 400): Lie => ({ name, id: 'silentLoginWechat', where, tell });

const lies: Lie[] = [
  login('leaves out the token', ({ body }) => delete body.token),
  login("leaves out a field of the user's", ({ body }) => delete body.user_info.nickname),
  login('has a number for text', ({ body }) => Object.assign(body, { token: 7 })),
  login('has text for a number', ({ body }) => Object.assign(body, { expires_in: '2592000' })),
  login('has null for text', ({ body }) => Object.assign(body.user_info, { nickname: null })),
  login('has 0 for false', ({ body }) => Object.assign(body.user_info, { is_authorized: 0 })),
  login('has an id beyond what JavaScript counts', ({ body }) => Object.assign(body.user_info, { id: 2 ** 53 })),
  login('has a time before 1970', ({ body }) => Object.assign(body.user_info, { created_at: -1 })),
  login('has text that is too long', ({ body }) => Object.assign(body, { token: 'x'.repeat(129) })),
  login('wraps the answer', (answer) => Object.assign(answer, { body: { data: answer.body } })),
  login('has another status of success', (answer) => Object.assign(answer, { status: 200 })),
  login('has an undeclared status', (answer) => Object.assign(answer, { status: 418 })),
  login('is empty', (answer) => Object.assign(answer, { text: '' })),
  login('is cut short', (answer) => Object.assign(answer, { text: JSON.stringify(answer.body).slice(0, -1) })),
  login('says that it is text', ({ headers }) => headers.set('Content-Type', 'text/plain')),
  login('says that it is HTML', ({ headers }) => headers.set('Content-Type', 'text/html; charset=utf-8')),
  login('has no X-Request-Id', ({ headers }) => headers.delete('X-Request-Id')),
  login("has not the client's X-Request-Id", ({ headers }) => headers.set('X-Request-Id', 'another')),
  login('is a 500 instead', (answer) => Object.assign(answer, { status: 500, body: internalError(answer) })),
  login('is a page of the web server', (answer) => Object.assign(answer, { status: 502, text: '<h1>Bad Gateway</h1>' })),
  refusal('shows a stack', ({ body }) => Object.assign(body, { stack: 'Error: x\n    at Object.<anonymous> (/app/server/main.ts:1:1)' })),
  refusal('shows the store', ({ body }) => Object.assign(body, { error_msg: 'SQLITE_CONSTRAINT: UNIQUE constraint failed: users.id' })),
  refusal('shows a module', ({ body }) => Object.assign(body, { error_msg: 'thrown in node_modules/express' })),
  refusal('has another shape', (answer) => Object.assign(answer, { body: { error: { code: 400, message: 'Bad Request' } } })),
  refusal('has no code', ({ body }) => delete body.code),
  refusal('has a code that the contract does not list', ({ body }) => Object.assign(body, { code: 'oops' })),
  refusal('has a code of another status', ({ body }) => Object.assign(body, { code: 'identity_taken' })),
  refusal('has a code of another operation', ({ body }) => Object.assign(body, { code: 'phone_missing' })),
  refusal('has a request_id of another request', ({ body }) => Object.assign(body, { request_id: 'another' })),
  refusal('is a success', (answer) => Object.assign(answer, { status: 200 })),
  refusal('names no field', ({ body }) => delete body.errors, 'request_invalid'),
  refusal(
    'names another field',
    ({ body }) => Object.assign(body, { errors: [{ path: '/body/other', message: 'no' }] }),
    'request_invalid',
  ),
  refusal('has an object for a list', ({ body }) => Object.assign(body, { errors: {} }), 'request_invalid'),
  refusal('says no more than that it did not work', ({ body }) => Object.assign(body, { code: 'code_invalid' }), 'code_used'),
  refusal('has another status', (answer) => Object.assign(answer, { status: 400 }), 'identity_not_found'),
  refusal('does not say how long to wait', ({ headers }) => headers.delete('Retry-After'), 'platform_busy'),
  refusal('says to wait for a while', ({ headers }) => headers.set('Retry-After', 'soon'), 'platform_busy'),
  refusal('takes the blame for the platform', (answer) => Object.assign(answer, { status: 500, body: internalError(answer) }), 504),
  { name: 'has no Allow', id: 'logout', where: 405, tell: ({ headers }) => headers.delete('Allow') },
  { name: 'has an undeclared value', id: 'linkWechat', where: 200, tell: ({ body }) => Object.assign(body, { status: 'okay' }) },
  { name: 'leaves out what the example shows', id: 'linkWechat', where: 200, tell: ({ body }) => delete body.unionid },
  { name: 'has an object for a list', id: 'listUsers', where: 200, tell: ({ body }) => Object.assign(body, { objects: {} }) },
  {
    name: 'counts when not asked to, in text',
    id: 'listUsers',
    where: 200,
    tell: ({ body }) => Object.assign(body.meta, { total_count: 'many' }),
  },
];

const internalError = ({ headers }: Answer) => ({
  status: 'error',
  error_msg: 'Internal server error.',
  code: 'internal_error',
  request_id: headers.get('X-Request-Id'),
});

/** A server that answers like another one, but for a lie. @returns its origin */
function startLiar(truth: string, { id, where, tell }: Lie): Promise<string> {
  const liar = express();
  liar.disable('x-powered-by');
  liar.use(async (request, response) => {
    const headers = Object.entries(request.headers).filter(([name]) => !['host', 'connection', 'content-length'].includes(name));
    const { method, originalUrl } = request;
    const body = await buffer(request);
    const truthful = await fetch(truth + originalUrl, {
      method,
      headers: headers as [string, string][],
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const answer: Answer = { status: truthful.status, headers: truthful.headers, body: await truthful.json() };
    if (originalUrl.startsWith(operationTable[id].path) && (where === answer.status || where === answer.body.code)) tell(answer);
    for (const name of ['Content-Type', 'X-Request-Id', 'Retry-After', 'Allow']) {
      const value = answer.headers.get(name);
      if (value !== null) response.setHeader(name, value);
    }
    response.status(answer.status).end(answer.text ?? JSON.stringify(answer.body));
  });
  return listen(liar);
}

/** The first case of an operation that fails, by its name; undefined if none does. */
async function firstFailure(url: string, sandbox: string, id: OperationId): Promise<string | undefined> {
  const target = await openTarget({ url, sandbox, clientId: 'sandbox' });
  const run = async ({ unreachable, run, name }: Case) => {
    if (unreachable !== undefined) return undefined;
    try {
      await run(target);
      return undefined;
    } catch (error) {
      return error instanceof Lacking ? undefined : `${name}: ${error}`;
    }
  };
  for (const each of casesOf(id, 1)) {
    const failure = await run(each);
    if (failure !== undefined) return failure;
  }
  return undefined;
}

describe('the contract suite', () => {
  it('is tried with at least 20 lies', () => expect(lies.length).toBeGreaterThanOrEqual(20));

  it.each(lies)('detects that $id $where $name', async (lie) => {
    const { origin } = await startServer({ platformTimeout: 200, rateLimited: false });
    expect(await firstFailure(await startLiar(origin, lie), `${origin}/sandbox`, lie.id)).toBeDefined();
  });

  it.each([...new Set(lies.map(({ id }) => id))])('reports nothing if %s is answered truly', async (id) => {
    const { origin } = await startServer({ platformTimeout: 200, rateLimited: false });
    const truth: Lie = { name: 'nothing', id, where: 'nothing', tell: () => undefined };
    expect(await firstFailure(await startLiar(origin, truth), `${origin}/sandbox`, id)).toBeUndefined();
  });
});
