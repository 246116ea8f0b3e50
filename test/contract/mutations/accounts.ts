import type { Answer, Exchange, Mutation } from './mutant.ts';
import { answersOf, become, everyExchange, exchangesOf } from './tell.ts';

/** Makes a change, answers so, and takes it back. */
async function undone({ body, token, record, forward, call }: Exchange): Promise<Answer> {
  const before = await record();
  const answer = await forward();
  const names = ['username', 'email', 'phone'].filter((kind) => kind in body);
  const undo = Object.fromEntries(names.map((kind) => [kind, before[`_${kind}`]]));
  if (answer.status === 200) await call('updateAccount', { token, body: undo });
  return answer;
}

const isNamed = ({ body }: Exchange) => ['username', 'email', 'phone'].some((kind) => kind in (body ?? {}));

export const accountMutations: Mutation[] = [
  exchangesOf(['updateAccount'], 'stores no change', (exchange) => (isNamed(exchange) ? undone(exchange) : exchange.forward())),
  exchangesOf(['updateAccount'], 'clears nothing', (exchange) =>
    Object.values(exchange.body ?? {}).some((value) => value === null) ? undone(exchange) : exchange.forward(),
  ),
  exchangesOf(['updateAccount'], 'shows the previous username', async ({ record, forward }) => {
    const { _username } = await record();
    const answer = await forward();
    if (answer.status === 200) Object.assign(answer.body, { username: _username ?? null });
    return answer;
  }),
  exchangesOf(['updateAccount'], 'makes half of the changes that it refuses', async ({ body, forward }) => {
    const answer = await forward();
    if (/_taken$/.test(answer.body?.code)) {
      for (const kind of ['username', 'email', 'phone'].filter((name) => name in body)) await forward({ body: { [kind]: body[kind] } });
    }
    return answer;
  }),
  everyExchange(['updateAccount'], 'calls every new address verified', async ({ forward }) => {
    const answer = await forward();
    if (answer.body?._email) answer.body._email_verified = true;
    if ('email_verified' in (answer.body ?? {})) answer.body.email_verified = true;
    return answer;
  }),
  exchangesOf(['updateAccount'], 'leaves the old password valid', async ({ body, token, forward, call }) => {
    const answer = await forward();
    if (answer.status === 200 && body?.password && body.new_password) {
      await call('updateAccount', { token, body: { password: body.new_password, new_password: body.password } });
    }
    return answer;
  }),
  everyExchange(['updateAccount'], "leaves the user's other sessions open after a new password", async (exchange) => {
    const { id, body, token, ownerOf, memory, forward } = exchange;
    const successor = memory.get(String(ownerOf(token)));
    const answer = await forward(id === 'getUser' && successor !== undefined ? { token: successor } : {});
    if (id === 'updateAccount' && answer.status === 200 && body?.new_password) memory.set(String(ownerOf(token)), token);
    return answer;
  }),
  exchangesOf(['updateAccount'], 'closes the session that sets the password, too', async (exchange) => {
    const answer = await exchange.forward();
    if (answer.status === 200 && exchange.body?.new_password) await exchange.call('logout', { token: exchange.token });
    return answer;
  }),
  answersOf('updateAccount', 'credentials_invalid', 'sets a password without knowledge of the old one', async (answer, { record }) => {
    const { _username, _email, _phone, ...rest } = await record();
    become(answer, 200, { ...rest, _username, _email, _phone, username: _username, email: _email, phone: _phone });
  }),
  answersOf('updateAccount', 'last_way_in', 'removes the last way to log in', async (answer, exchange) => {
    await exchange.call('updateUser', { token: exchange.token, body: { gone: true } });
    become(answer, 200, { ...(await exchange.record()), username: null });
  }),
  answersOf('updateAccount', 'username_taken', 'stores the refused name as a nickname', async (_answer, { call, token, body }) => {
    await call('updateUser', { token, body: { nickname: body.username } });
  }),
  answersOf(
    'updateAccount',
    'anonymous_forbidden',
    'refuses an anonymous user, and registers them',
    async (_answer, { call, token, body }) => {
      await call('registerByEmail', { token, body: { email: body.email ?? `a${Math.random()}@example.com`, password: 'plum-rain-june' } });
    },
  ),
  everyExchange(['updateAccount'], 'forgets the verified address once there is a new one', async ({ forward }) => {
    const answer = await forward();
    if (answer.body?._email_verified === false) answer.body._email_proved = null;
    return answer;
  }),
];
