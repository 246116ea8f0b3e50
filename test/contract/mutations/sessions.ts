import type { OperationId } from '../../../generated/operations.ts';
import type { Exchange, Json, Mutation } from './mutant.ts';
import { answersOf, become, done, everyExchange, exchangesOf, forged } from './tell.ts';

/** Adds to the list of a key. */
const add = ({ memory }: Exchange, key: string, value: Json) => memory.set(key, [...(memory.get(key) ?? []), value]);
const has = ({ memory }: Exchange, key: string, value: Json): boolean => (memory.get(key) ?? []).includes(value);

const invalid = forged(401, { code: 'session_invalid' });

/** Names as they were registered through the mutant. */
const registered = (exchange: Exchange) => Object.values(exchange.body ?? {}).find((value) => typeof value === 'string');

/** Tells by the answer that no account has the name. */
const revealsUnknown = (id: OperationId, register: OperationId, name: string, tell: (answer: Json) => unknown): Mutation =>
  everyExchange([id], name, async (exchange) => {
    const answer = await exchange.forward();
    if (exchange.id === register && answer.status === 201) add(exchange, 'names', registered(exchange));
    if (exchange.id === id && answer.body?.code === 'credentials_invalid' && !has(exchange, 'names', registered(exchange))) tell(answer);
    return answer;
  });

export const sessionMutations: Mutation[] = [
  exchangesOf(['logout'], 'answers 201 and keeps the session', async ({ forward, token, ownerOf, call }) => {
    if (ownerOf(token) === undefined) return forward();
    // A session that no one has is closed in its place.
    return forward({ token: (await call('loginAnonymously')).body.token });
  }),
  everyExchange(['logout'], 'ends every session of the user', async (exchange) => {
    const owner = exchange.ownerOf(exchange.token);
    if (owner !== undefined && has(exchange, 'gone', owner)) return invalid;
    const answer = await exchange.forward();
    if (exchange.id === 'logout' && answer.status === 201) add(exchange, 'gone', owner);
    return answer;
  }),
  answersOf('logout', 'session_invalid', 'answers 201 a second time', (answer) =>
    become(answer, 201, { status: 'ok', message: 'Destroy succeed.' }),
  ),
  exchangesOf(['loginByUsername'], "answers with another user's session", async ({ forward, call }) => {
    const answer = await forward();
    if (answer.status === 201) Object.assign(answer.body, { token: (await call('loginAnonymously')).body.token });
    return answer;
  }),
  answersOf('loginByEmail', 201, 'ends after an hour', ({ body }) => Object.assign(body, { expires_in: 3600 })),
  answersOf('silentLoginQq', 201, 'names another user_id than the user', ({ body }) => Object.assign(body, { user_id: body.user_id + 1 })),
  everyExchange(['silentLoginWechat'], 'answers with the previous user', async ({ id, forward, memory }) => {
    const answer = await forward();
    if (id !== 'silentLoginWechat' || answer.status !== 201) return answer;
    const before = memory.get('before') ?? answer.body.user_info;
    memory.set('before', answer.body.user_info);
    return Object.assign(answer, { body: { ...answer.body, user_info: before } });
  }),
  answersOf('silentLoginBaidu', 201, 'calls a newcomer authorised', ({ body }) => Object.assign(body.user_info, { is_authorized: true })),
  answersOf('registerByUsername', 201, 'calls an account anonymous', ({ body }) => Object.assign(body, { _anonymous: true })),
  answersOf('registerByPhone', 201, 'leaves the platforms out of the record', ({ body }) => delete body._provider),
  everyExchange(['loginAnonymously'], 'gives the same anonymous user to several', async ({ id, forward, memory }) => {
    if (id !== 'loginAnonymously') return forward();
    const count = (memory.get('count') ?? 0) + 1;
    memory.set('count', count);
    const answer = await forward();
    if (answer.status !== 201) return answer;
    const before = memory.get('body') ?? answer.body;
    memory.set('body', before);
    // The first two differ, or it would be taken for a mock.
    return count > 2 ? Object.assign(answer, { body: before }) : answer;
  }),
  revealsUnknown('loginByUsername', 'registerByUsername', 'tells an unknown account by the text', ({ body }) =>
    Object.assign(body, { error_msg: 'There is no such account.' }),
  ),
  revealsUnknown('loginByEmail', 'registerByEmail', 'tells an unknown account by a header', ({ headers }) => headers.set('X-Known', 'no')),
  revealsUnknown('loginByPhone', 'registerByPhone', 'tells an unknown account by a field', ({ body }) =>
    Object.assign(body, { known: false }),
  ),
  everyExchange(['loginByUsername', 'registerByUsername'], 'compares usernames letter for letter', async (exchange) => {
    const name = exchange.body?.username;
    if (exchange.id === 'registerByUsername') add(exchange, 'names', name);
    if (exchange.id !== 'loginByUsername' || has(exchange, 'names', name)) return exchange.forward();
    const other = (exchange.memory.get('names') ?? []).some((known: string) => known.toLowerCase() === String(name).toLowerCase());
    return other ? forged(400, { code: 'credentials_invalid' }) : exchange.forward();
  }),
  answersOf('loginByUsername', 201, 'changes the record at every login', async ({ body }, { call }) => {
    await call('updateUser', { token: body.token, body: { logged_in: Math.random() } });
  }),
  exchangesOf(['loginByEmail'], 'takes an address only in lower case', async ({ body, forward }) =>
    typeof body?.email === 'string' && body.email !== body.email.toLowerCase() ? forged(400, { code: 'credentials_invalid' }) : forward(),
  ),
  everyExchange(['registerByEmail'], 'shows the address as it was typed', async ({ id, body: sent, forward, memory }) => {
    const answer = await forward();
    if (id === 'registerByEmail' && answer.status === 201) memory.set(answer.body._email, sent.email);
    if (answer.body?._email) answer.body._email = memory.get(answer.body._email) ?? answer.body._email;
    return answer;
  }),
  everyExchange(['registerByUsername'], 'keeps spaces around a username', async ({ id, body: sent, forward, memory }) => {
    const answer = await forward();
    if (id === 'registerByUsername' && answer.status === 201) memory.set(answer.body._username, sent.username);
    if (answer.body?._username) answer.body._username = memory.get(answer.body._username) ?? answer.body._username;
    return answer;
  }),
  exchangesOf(['registerByUsername'], 'gives a taken username to another', async ({ body, forward }) => {
    const answer = await forward();
    return answer.body?.code === 'username_taken' ? forward({ body: { ...body, username: `${body.username}2` } }) : answer;
  }),
  exchangesOf(
    ['registerByUsername', 'registerByEmail'],
    'refuses, and upgrades the anonymous user',
    async ({ body, token, forward, call }) => {
      const answer = await forward();
      if (/_taken$/.test(answer.body?.code) && token !== undefined) {
        await call('updateUser', { token, body: { nickname: 'Upgraded' } });
        await call('registerByUsername', {
          token,
          body: { username: `u${Date.now()}${Math.random()}`.slice(0, 30), password: body.password },
        });
      }
      return answer;
    },
  ),
  exchangesOf(['registerByEmail'], 'makes a new user of an anonymous one', ({ forward }) => forward({ token: null })),
  everyExchange(['registerByUsername'], "keeps the anonymous user's session", async ({ id, token, forward, memory }) => {
    const successor = memory.get(token ?? '');
    const answer = await forward(successor === undefined ? {} : { token: successor });
    if (id === 'registerByUsername' && answer.status === 201 && token !== undefined) memory.set(token, answer.body.token);
    return answer;
  }),
  exchangesOf(['registerByPhone'], 'refuses a token that it does not know', async ({ token, forward, ownerOf }) =>
    token !== undefined && ownerOf(token) === undefined ? forged(401, { code: 'client_unknown' }) : forward(),
  ),
  exchangesOf(['registerByUsername'], 'stores no account', async ({ forward, call }) => {
    const answer = await forward();
    const username = `u${Math.random().toString(36).slice(2)}`;
    if (answer.status === 201) await call('updateAccount', { token: answer.body.token, body: { username } });
    return answer;
  }),
  exchangesOf(['registerByEmail'], 'calls a new address verified', async ({ forward }) => {
    const answer = await forward();
    if (answer.status === 201) Object.assign(answer.body, { _email_verified: true, _email_proved: answer.body._email });
    return answer;
  }),
  answersOf('loginBySmsCode', 'sms_code_invalid', 'opens a session with any code', async (answer, { call }) => {
    const other = await call('loginAnonymously');
    become(answer, 201, other.body);
  }),
  answersOf('updateUser', 'session_invalid', 'works without an open session', (answer) => become(answer, 200, done)),
];
