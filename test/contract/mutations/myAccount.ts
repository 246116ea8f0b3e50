import type { Exchange, Json, Mutation } from './mutant.ts';
import { answersOf, done, exchangesOf, forged } from './tell.ts';

/** A list of the exchange's user, as the truthful server shows it. */
const list = async ({ call, token }: Exchange, id: 'listSessions' | 'listIdentities'): Promise<Json[]> =>
  (await call(id, { token })).body.objects ?? [];

/** The one in a list that the request's path ends with. */
const named = async (exchange: Exchange, id: 'listSessions' | 'listIdentities') =>
  (await list(exchange, id)).find((each) => exchange.url.endsWith(`/${each.id}`));

export const myAccountMutations: Mutation[] = [
  exchangesOf(['endSession'], 'answers 200 and ends nothing', async (exchange) =>
    (await named(exchange, 'listSessions')) === undefined ? exchange.forward() : forged(200, done),
  ),
  exchangesOf(['endOtherSessions'], 'answers 200 and ends nothing', async (exchange) => {
    const sessions = await list(exchange, 'listSessions');
    return sessions.length === 0 ? exchange.forward() : forged(200, { ...done, sessions_ended: sessions.length - 1 });
  }),
  answersOf('endOtherSessions', 200, 'ends the current session, too', async (_answer, { call, token }) => {
    await call('logout', { token });
  }),
  exchangesOf(['unlinkIdentity'], 'answers 200 and unlinks nothing', async (exchange) =>
    (await named(exchange, 'listIdentities')) === undefined ? exchange.forward() : forged(200, { ...done, sessions_ended: 1 }),
  ),
  answersOf('unlinkIdentity', 'last_way_in', 'refuses, and ends the session', async (_answer, { call, token }) => {
    await call('logout', { token });
  }),
  exchangesOf(['requestClosure'], 'answers 200 and closes nothing', ({ ownerOf, token, forward }) => {
    const inAWeek = Math.floor(Date.now() / 1000) + 7 * 86_400;
    return ownerOf(token) === undefined ? forward() : Promise.resolve(forged(200, { closing_at: inAWeek }));
  }),
  exchangesOf(['cancelClosure'], 'answers 200 and cancels nothing', ({ ownerOf, token, forward }) =>
    ownerOf(token) === undefined ? forward() : Promise.resolve(forged(200, done)),
  ),
];
