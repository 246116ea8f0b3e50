import type { Exchange, Json, Mutation } from './mutant.ts';
import { answersOf, everyExchange, exchangesOf, forged } from './tell.ts';

/** The accounts of a merge, as the truthful server shows them before it. */
const lookAt = async ({ call, token, body }: Exchange): Promise<Json> =>
  (await call('previewMerge', { token, body: { merge_ticket: body?.merge_ticket } })).body;

export const mergeMutations: Mutation[] = [
  answersOf('createMergeTicket', 201, 'calls a number enough for any account', ({ body }) =>
    Object.assign(body, { merge_needs_proof: false }),
  ),
  exchangesOf(['createMergeTicket'], 'counts a platform code before a password', async ({ body, forward }) => {
    const { password, ...rest } = body ?? {};
    return forward(password !== undefined && rest.code !== undefined ? { body: rest } : {});
  }),
  answersOf('previewMerge', 200, 'leaves the passwords out of the choices', ({ body }) =>
    Object.assign(body, { conflicts: body.conflicts.filter((field: string) => field !== 'password') }),
  ),
  everyExchange(['previewMerge'], 'uses up the ticket when it is previewed', async ({ id, body, memory, forward }) => {
    if (id !== 'previewMerge' || body?.merge_ticket === undefined) return forward();
    if (memory.has(body.merge_ticket)) return forged(400, { code: 'merge_ticket_invalid' });
    memory.set(body.merge_ticket, true);
    return forward();
  }),
  exchangesOf(['mergeAccounts'], 'answers 200 and merges nothing', async (exchange) => {
    const { mine, theirs, conflicts = [] } = await lookAt(exchange);
    const choices = exchange.body?.choices ?? {};
    if (theirs === undefined || conflicts.some((field: string) => choices[field] === undefined)) return exchange.forward();
    return forged(200, { ...theirs, ...mine, merged_from: [theirs.id] });
  }),
  exchangesOf(['mergeAccounts'], 'chooses for the person', async (exchange) => {
    const { conflicts = [] } = await lookAt(exchange);
    const mine = Object.fromEntries(conflicts.map((field: string) => [field, 'mine']));
    return exchange.forward(conflicts.length > 0 ? { body: { ...exchange.body, choices: { ...mine, ...exchange.body.choices } } } : {});
  }),
  exchangesOf(['mergeAccounts'], 'keeps mine whatever is chosen', async ({ body, forward }) => {
    const choices = Object.keys(Object(body?.choices)).map((field) => [field, 'mine']);
    return forward(choices.length > 0 ? { body: { ...body, choices: Object.fromEntries(choices) } } : {});
  }),
  everyExchange(['mergeAccounts'], "leaves the other account's sessions open", async (exchange) => {
    const { id, token, ownerOf, memory, forward } = exchange;
    const survivor = memory.get(String(ownerOf(token)));
    const other = id === 'mergeAccounts' ? (await lookAt(exchange)).theirs : undefined;
    const answer = await forward(id === 'getUser' && survivor !== undefined ? { token: survivor } : {});
    if (other !== undefined && answer.status === 200) memory.set(String(other.id), token);
    return answer;
  }),
  everyExchange(['mergeAccounts'], 'finds no one by the old id', async ({ id, url, memory, forward }) => {
    const answer = await forward();
    if (id === 'mergeAccounts' && answer.status === 200) for (const old of answer.body.merged_from) memory.set(String(old), true);
    const isOld = id === 'getUser' && answer.status === 200 && [...memory.keys()].some((old) => url.includes(`/${old}/`));
    return isOld ? forged(404, { code: 'user_not_found' }) : answer;
  }),
  everyExchange(['mergeAccounts'], 'shows a reader every merged account', async ({ id, memory, forward }) => {
    const answer = await forward();
    if (id === 'mergeAccounts' && answer.status === 200) memory.set(String(answer.body.id), answer.body.merged_from);
    const all = memory.get(String(answer.body?.id));
    if (id === 'getUser' && all !== undefined) Object.assign(answer.body, { merged_from: all });
    return answer;
  }),
];
