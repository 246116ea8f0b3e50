import type { Exchange, Json, Mutation } from './mutant.ts';
import { answersOf, become, everyExchange, exchangesOf } from './tell.ts';

const profile = ['nickname', 'avatar', 'gender', 'language', 'city', 'province', 'country'];
const holds = (body: Json, operator: string) => JSON.stringify(body ?? {}).includes(`"${operator}"`);

/** Forwards the request with an operator of another name, or without it. */
const instead = (operator: string, other: (value: Json) => Json) => async (exchange: Exchange) => {
  if (!holds(exchange.body, operator)) return exchange.forward();
  const body = Object.entries(exchange.body).map(([name, value]) => {
    const operand = (value as Json)?.[operator];
    return [name, operand === undefined ? value : other(operand)];
  });
  return exchange.forward({ body: Object.fromEntries(body) });
};

/** Remembers who owns which token, so that a record can be read in its owner's name. */
const knowing = (mutate: (exchange: Exchange, tokens: Map<number, string>) => Promise<Json>) => async (exchange: Exchange) => {
  const tokens: Map<number, string> = exchange.memory.get('tokens') ?? new Map();
  exchange.memory.set('tokens', tokens);
  const answer = await mutate(exchange, tokens);
  if (answer.body?.token !== undefined) tokens.set(answer.body.user_id, answer.body.token);
  return answer;
};

export const userMutations: Mutation[] = [
  exchangesOf(['updateUser'], 'stores nothing', async ({ body, record, forward }) => {
    const before = await record();
    if (before?.id === undefined) return forward();
    const answer = await forward({ body: { nickname: before.nickname } });
    return answer.status === 200 ? become(answer, 200, { ...before, ...body }) : answer;
  }),
  exchangesOf(['updateUser'], 'stores no custom fields', async ({ body, forward }) => {
    const fields = Object.fromEntries(Object.entries(body ?? {}).filter(([name]) => profile.includes(name)));
    const answer = await forward({ body: fields });
    return answer.status === 200 ? Object.assign(answer, { body: { ...answer.body, ...body } }) : answer;
  }),
  exchangesOf(['updateUser'], 'removes no field', async (exchange) => {
    const { $unset, ...body } = exchange.body ?? {};
    return exchange.forward({ body: { ...body, ...(Object.keys(body).length === 0 && { gender: 0 }) } });
  }),
  exchangesOf(
    ['updateUser'],
    'sets a number instead of adding to it',
    instead('$incr_by', (value) => value),
  ),
  exchangesOf(
    ['updateUser'],
    'appends an item that the array has already',
    instead('$append_unique', (value) => ({ $append: value })),
  ),
  exchangesOf(
    ['updateUser'],
    'pops from the other end',
    instead('$pop', (value) => ({ $pop: -value })),
  ),
  exchangesOf(
    ['updateUser'],
    'replaces an object instead of its keys',
    instead('$update', (value) => value),
  ),
  exchangesOf(['updateUser'], 'stores half of what it refuses', async ({ body, forward, call, token }) => {
    const answer = await forward();
    if (answer.body?.code === 'request_invalid' && body?.nickname !== undefined) {
      await call('updateUser', { token, body: { nickname: body.nickname } });
    }
    return answer;
  }),
  exchangesOf(['updateUser'], 'empties the fields that are absent', ({ body, forward }) =>
    forward(typeof body === 'object' ? { body: { city: '', ...body } } : {}),
  ),
  everyExchange(
    ['updateUser'],
    "writes another user's record, too",
    knowing(async (exchange, tokens) => {
      const answer = await exchange.forward();
      const other = [...tokens].findLast(([id]) => id !== exchange.ownerOf(exchange.token));
      if (exchange.id === 'updateUser' && answer.status === 200 && other) {
        await exchange.call('updateUser', { token: other[1], body: { nickname: answer.body.nickname } });
      }
      return answer;
    }),
  ),
  exchangesOf(['updateUser'], 'treats any custom field as a profile field', async ({ body, forward }) => {
    const answer = await forward();
    return answer.body?.code === 'request_invalid' && body !== undefined && 'token' in body ? become(answer, 200, {}) : answer;
  }),
  everyExchange(
    ['getUser'],
    "shows others the owner's phone number and address",
    knowing(async (exchange, tokens) => {
      const answer = await exchange.forward();
      const owner = tokens.get(answer.body?.id);
      if (exchange.id === 'getUser' && answer.status === 200 && owner !== undefined) {
        const { _phone, _email } = await exchange.record(owner);
        answer.body = { _phone, _email, ...answer.body };
      }
      return answer;
    }),
  ),
  everyExchange(
    ['getUser'],
    'shows others the custom fields',
    knowing(async (exchange, tokens) => {
      const answer = await exchange.forward();
      const owner = tokens.get(answer.body?.id);
      if (exchange.id === 'getUser' && answer.status === 200 && owner !== undefined) {
        const { diary } = await exchange.record(owner);
        if (diary !== undefined) answer.body.diary = diary;
      }
      return answer;
    }),
  ),
  exchangesOf(['getUser'], "answers with the session's own record, whatever the id", ({ url, token, ownerOf, forward }) => {
    const own = ownerOf(token);
    return forward(own === undefined || !/\/\d+\//.test(url) ? {} : { url: url.replace(/\/\d+\//, `/${own}/`) });
  }),
  exchangesOf(['getUser'], "leaves out the custom fields of a user's own record", async ({ forward }) => {
    const answer = await forward();
    delete answer.body?.diary;
    return answer;
  }),
  everyExchange(['getMe'], "answers with another user's record", async (exchange) => {
    const answer = await exchange.forward();
    if (exchange.id !== 'getMe' || answer.status !== 200) return answer;
    const { body } = await exchange.call('loginAnonymously');
    return Object.assign(answer, { body: await exchange.record(body.token) });
  }),
  everyExchange(['updateAvatar'], 'answers with the picture and stores none', async (exchange) => {
    const before = exchange.id === 'updateAvatar' && exchange.token !== undefined ? await exchange.record() : undefined;
    const answer = await exchange.forward();
    if (before && answer.status === 200) {
      await exchange.call('updateUser', { token: exchange.token, body: { avatar: before.avatar } });
    }
    return answer;
  }),
  answersOf('updateUser', 'content_refused', 'refuses a nickname, and empties it', async (_answer, { call, token }) => {
    await call('updateUser', { token, body: { nickname: '' } });
  }),
  answersOf('updateAvatar', 'picture_invalid', 'refuses a picture, and drops the previous one', async (_answer, { call, token }) => {
    await call('updateUser', { token, body: { avatar: '' } });
  }),
  exchangesOf(['getUser'], 'ignores keys', ({ url, forward }) => forward({ url: url.replace(/keys=[^&$]*&?/, '') })),
  exchangesOf(['getUser'], 'ignores expand', ({ url, forward }) => forward({ url: url.replace(/expand=[^&$]*&?/, '') })),
  answersOf('getUser', 200, 'counts time in milliseconds', ({ body }) => {
    if (body.created_at !== undefined) Object.assign(body, { created_at: body.created_at * 1000, updated_at: body.updated_at * 1000 });
  }),
  answersOf('getUser', 'user_not_found', 'knows every id', (answer) => become(answer, 200, { id: 1, nickname: '', avatar: '' })),
  answersOf('getUser', 200, 'shows a secret', ({ body }) => Object.assign(body, { password_hash: '$argon2id$v=19$m=19456' })),
];
