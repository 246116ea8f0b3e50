import type { Answer, Mutation } from './mutant.ts';
import { answersOf } from './tell.ts';

const login = (name: string, tell: (answer: Answer) => unknown) => answersOf('silentLoginWechat', 201, name, tell);
const refusal = (name: string, tell: (answer: Answer) => unknown, where: number | string = 400) =>
  answersOf('silentLoginWechat', where, name, tell);

const internalError = ({ headers }: Answer) => ({
  status: 'error',
  error_msg: 'Internal server error.',
  code: 'internal_error',
  request_id: headers.get('X-Request-Id'),
});

/** Answers of a wrong form. */
export const answerMutations: Mutation[] = [
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
  login('has another success status', (answer) => Object.assign(answer, { status: 200 })),
  login('has an undeclared status', (answer) => Object.assign(answer, { status: 418 })),
  login('is empty', (answer) => Object.assign(answer, { text: '' })),
  login('is cut short', (answer) => Object.assign(answer, { text: JSON.stringify(answer.body).slice(0, -1) })),
  login('says that it is text', ({ headers }) => headers.set('Content-Type', 'text/plain')),
  login('says that it is HTML', ({ headers }) => headers.set('Content-Type', 'text/html; charset=utf-8')),
  login('has no X-Request-Id', ({ headers }) => headers.delete('X-Request-Id')),
  login("lacks the client's X-Request-Id", ({ headers }) => headers.set('X-Request-Id', 'another')),
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
  refusal('reports only an unspecific error', ({ body }) => Object.assign(body, { code: 'code_invalid' }), 'code_used'),
  refusal('has another status', (answer) => Object.assign(answer, { status: 400 }), 'identity_not_found'),
  refusal('does not say how long to wait', ({ headers }) => headers.delete('Retry-After'), 'platform_busy'),
  refusal('has no number in Retry-After', ({ headers }) => headers.set('Retry-After', 'soon'), 'platform_busy'),
  refusal("reports a platform's error as its own", (answer) => Object.assign(answer, { status: 500, body: internalError(answer) }), 504),
  answersOf('logout', 405, 'has no Allow', ({ headers }) => headers.delete('Allow')),
  answersOf('linkWechat', 200, 'has an undeclared value', ({ body }) => Object.assign(body, { status: 'okay' })),
  answersOf('linkWechat', 200, 'leaves out what the example shows', ({ body }) => delete body.unionid),
  answersOf('listUsers', 200, 'has an object for a list', ({ body }) => Object.assign(body, { objects: {} })),
  answersOf('listUsers', 200, 'counts when not asked to, in text', ({ body }) => Object.assign(body.meta, { total_count: 'many' })),
];
