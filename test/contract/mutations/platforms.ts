import type { OperationId } from '../../../generated/operations.ts';
import type { Exchange, Json, Mutation } from './mutant.ts';
import { answersOf, become, everyExchange, exchangesOf, forged, storesRefused } from './tell.ts';

const storesStranger = (id: OperationId): Mutation =>
  everyExchange([id], 'refuses, and stores the user', storesRefused(id, 'identity_not_found'));

const updatesAs = (id: OperationId, name: string, instead: (asked: Json) => Json) =>
  exchangesOf([id], name, ({ body, forward }) =>
    forward(body === undefined ? {} : { body: { ...body, update_userprofile: instead(body.update_userprofile) } }),
  );

/** The request without what a person granted. */
const codeAlone = ({ code, create_user }: Json) => ({ code, ...(create_user !== undefined && { create_user }) });

/** Spends the code of a login in the operation's place, and forges the rest of the answer. */
const loginInstead = (silent: OperationId, fields: (exchange: Exchange) => Json) => async (exchange: Exchange) => {
  const { body, call, forward } = exchange;
  if (typeof body?.code !== 'string') return forward();
  const answer = await call(silent, { body: codeAlone(body) });
  if (answer.status === 201) Object.assign(answer.body.user_info, fields(exchange));
  return answer;
};

export const platformMutations: Mutation[] = [
  answersOf('silentLoginWechat', 201, 'shows the session key', ({ body }) =>
    Object.assign(body.user_info._provider.wechat ?? {}, { session_key: 'tiihtNczf5v6AKRyjwEUhQ==' }),
  ),
  storesStranger('silentLoginWechat'),
  storesStranger('authorizedLoginQq'),
  storesStranger('silentLoginJd'),
  exchangesOf(['silentLoginKuaishou'], 'creates a user although it may not', ({ body, forward }) =>
    forward(body === undefined ? {} : { body: { ...body, create_user: true } }),
  ),
  exchangesOf(['silentLoginBaidu'], 'creates no user by default', ({ body, forward }) =>
    forward(body === undefined ? {} : { body: { create_user: false, ...body } }),
  ),
  updatesAs('authorizedLoginWechat', 'overwrites by setnx', (asked) => (asked === 'setnx' || asked === undefined ? 'overwrite' : asked)),
  updatesAs('authorizedLoginJd', 'sets only what is empty by overwrite', (asked) => (asked === 'overwrite' ? 'setnx' : asked)),
  updatesAs('authorizedLoginQq', 'writes although it may not', (asked) => (asked === 'false' || asked === false ? 'setnx' : asked)),
  updatesAs('authorizedLoginBaidu', 'writes nothing', () => 'false'),
  exchangesOf(
    ['authorizedLoginKuaishou'],
    'forgets the profile',
    loginInstead('silentLoginKuaishou', ({ body }) => ({ nickname: JSON.parse(body.rawData ?? '{}').nickName ?? '', is_authorized: true })),
  ),
  exchangesOf(
    ['authorizedLoginWechat'],
    'believes a profile with any signature',
    loginInstead('silentLoginWechat', () => ({ is_authorized: true })),
  ),
  everyExchange(['silentLoginJd'], 'accepts a code twice', async ({ id, body, forward, memory }) => {
    const answer = await forward();
    if (id !== 'silentLoginJd' || typeof body?.code !== 'string') return answer;
    if (answer.status === 201) memory.set(body.code, answer.body);
    return answer.status === 400 && memory.has(body.code) ? become(answer, 201, memory.get(body.code)) : answer;
  }),
  answersOf('authorizedLoginBaidu', 201, 'never sets is_authorized', ({ body }) => Object.assign(body.user_info, { is_authorized: false })),
  answersOf('silentLoginQq', 201, 'has another openid than the user', ({ body }) => Object.assign(body, { openid: 'another' })),
  exchangesOf(['linkQq'], 'answers 200 and links nothing', async ({ body, token, ownerOf, forward }) => {
    const user_id = ownerOf(token);
    if (user_id === undefined || typeof body?.code !== 'string') return forward();
    return forged(200, { status: 'ok', message: 'User associated.', openid: 'o'.repeat(28), unionid: 'u'.repeat(28), user_id });
  }),
  answersOf('linkWechat', 'identity_taken', "says yes to another user's identity", (answer, { ownerOf, token }) =>
    become(answer, 200, { status: 'ok', message: 'User associated.', openid: 'o', unionid: 'u', user_id: ownerOf(token) ?? 1 }),
  ),
  answersOf('linkJd', 200, 'names another user', ({ body }) => Object.assign(body, { user_id: body.user_id + 1 })),
  exchangesOf(['linkKuaishou'], 'refuses to link the same one again', async ({ token, memory, forward }) => {
    if (memory.has(token ?? '')) return forged(409, { code: 'platform_already_linked' });
    const answer = await forward();
    if (answer.status === 200) memory.set(token ?? '', true);
    return answer;
  }),
  exchangesOf(['linkWechat'], 'ignores the profile', ({ body, forward }) =>
    forward(typeof body?.code === 'string' ? { body: codeAlone(body) } : {}),
  ),
  answersOf('linkBaidu', 'platform_already_linked', 'refuses a second identity, and renames the user', async (_answer, { call, token }) => {
    await call('updateUser', { token, body: { nickname: 'Linked' } });
  }),
  answersOf('linkKuaishou', 'anonymous_forbidden', 'refuses an anonymous user, and registers them', async (_answer, { call, token }) => {
    const body = { username: `k${Math.random().toString(36).slice(2)}`, password: 'plum-rain-june' };
    await call('registerByUsername', { token, body });
  }),
  exchangesOf(
    ['phoneLoginKuaishou'],
    'forgets the number',
    loginInstead('silentLoginKuaishou', () => ({ _phone: '13800138000', _phone_verified: true })),
  ),
  answersOf('phoneLoginWechat', 201, 'calls the number a claim', ({ body }) => Object.assign(body.user_info, { _phone_verified: false })),
  exchangesOf(['updatePhoneWechat'], 'echoes the number and stores none', async ({ record, token, forward, ownerOf }) => {
    const answer = await forward({ token: null });
    if (ownerOf(token) === undefined) return answer;
    return become(answer, 200, { ...(await record()), _phone: '13800138000', _phone_verified: true });
  }),
  exchangesOf(['updatePhoneKuaishou'], 'replaces a number that it should keep', ({ body, forward }) =>
    forward(body === undefined ? {} : { body: { ...body, overwrite: true } }),
  ),
  exchangesOf(['updatePhoneWechat'], 'refuses to replace a number, and replaces it', async ({ body, record, forward }) => {
    if (body?.overwrite !== false) return forward();
    const { _phone } = await record();
    const answer = await forward({ body: { ...body, overwrite: true } });
    const request_id = answer.headers.get('X-Request-Id');
    if (answer.status !== 200 || !_phone || answer.body._phone === _phone) return answer;
    return become(answer, 400, { status: 'error', error_msg: 'There is one.', code: 'phone_already_bound', request_id });
  }),
  exchangesOf(['updateProfileWechat'], 'echoes the profile and stores none', async ({ body, record, token, forward, ownerOf }) => {
    if (ownerOf(token) === undefined || typeof body?.rawData !== 'string') return forward();
    const answer = await forward({ body: { ...body, update_userprofile: 'false' } });
    if (answer.status === 200) Object.assign(answer.body, await record(), { nickname: JSON.parse(body.rawData).nickName });
    return answer;
  }),
  answersOf('updateProfileWechat', 'code_foreign', "takes another person's code", async (answer, { record }) => {
    become(answer, 200, await record());
  }),
  answersOf('silentLoginJd', 201, 'leaves out the xId', ({ body }) => delete body.user_info._provider.jd?.xId),
  answersOf('phoneLoginWechat', 'phone_code_invalid', "takes another person's phone code", async (answer, { call }) => {
    const { body } = await call('loginAnonymously');
    become(answer, 201, { ...body, user_info: body });
  }),
];
