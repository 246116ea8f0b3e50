import type { Mutation } from './mutant.ts';
import { answersOf, done, everyExchange, exchangesOf, forged } from './tell.ts';

export const scanMutations: Mutation[] = [
  everyExchange(['createScanLogin'], 'shows everyone the same code', async ({ id, memory, forward }) => {
    const answer = await forward();
    if (id !== 'createScanLogin' || answer.status !== 201) return answer;
    const first = memory.get('shown') ?? answer.body;
    memory.set('shown', first);
    return { ...answer, body: first };
  }),
  exchangesOf(['openScanLogin'], 'answers 200 and tells the page nothing', async ({ body, token, call, forward }) => {
    if (body?.ticket === undefined || token === undefined) return forward();
    const { body: other } = await call('createScanLogin');
    return forward({ body: { ticket: other.ticket } });
  }),
  exchangesOf(['confirmScanLogin'], 'answers 200 and lets no one in', async ({ body, ownerOf, token, forward }) =>
    body?.ticket === undefined || ownerOf(token) === undefined ? forward() : forged(200, done),
  ),
  exchangesOf(['refuseScanLogin'], 'answers 200 and refuses nothing', async ({ body, ownerOf, token, forward }) =>
    body?.ticket === undefined || ownerOf(token) === undefined ? forward() : forged(200, done),
  ),
  answersOf('confirmScanLogin', 'check_code_invalid', 'takes wrong digits', (answer) => Object.assign(answer, { status: 200, body: done })),
  everyExchange(['pollScanLogin'], 'gives the session twice', async ({ id, body, memory, forward }) => {
    const answer = await forward();
    const key = String(body?.poll_token);
    if (id !== 'pollScanLogin') return answer;
    if (answer.body?.session) memory.set(key, answer.body);
    return answer.status === 404 && memory.has(key) ? { ...answer, status: 200, body: memory.get(key) } : answer;
  }),
];
