import type { OperationId } from '../../../generated/operations.ts';
import type { Answer, Exchange, Json, Mutation } from './mutant.ts';

/** A mutation of the answers of one operation that have a status or a code. */
export const answersOf = (
  id: OperationId,
  where: number | string,
  name: string,
  tell: (answer: Answer, exchange: Exchange) => unknown,
): Mutation => ({
  name,
  of: [id],
  async mutate(exchange) {
    const answer = await exchange.forward();
    if (exchange.id === id && (where === answer.status || where === answer.body?.code)) await tell(answer, exchange);
    return answer;
  },
});

/** A mutation of whole exchanges of some operations, those that the truthful server could accept. */
export const exchangesOf = (of: Mutation['of'], name: string, mutate: Mutation['mutate']): Mutation => ({
  name,
  of,
  mutate: (exchange) =>
    exchange.id !== undefined && of.includes(exchange.id) && isPlain(exchange) ? mutate(exchange) : exchange.forward(),
});

/** Whether neither the headers nor the size of a request are a reason to refuse it. */
const isPlain = ({ headers, body = '' }: Exchange) =>
  JSON.stringify(body).length < 60_000 &&
  !headers.has('X-Hydrogen-Env-ID') &&
  headers.get('X-Hydrogen-Client-ID') === 'sandbox' &&
  /^application\/json$|^$/.test(headers.get('Content-Type') ?? '');

/** A mutation that sees every exchange, because it remembers some for later ones. */
export const everyExchange = (of: Mutation['of'], name: string, mutate: Mutation['mutate']): Mutation => ({ name, of, mutate });

/** An answer that the truthful server never gave. */
export const forged = (status: number, body: Json): Answer => ({
  status,
  headers: new Headers({ 'Content-Type': 'application/json; charset=utf-8', 'X-Request-Id': 'forged-by-a-mutant' }),
  body: status < 400 ? body : { status: 'error', error_msg: 'Forged.', request_id: 'forged-by-a-mutant', ...body },
});

/** An answer with another status and body than its own. */
export const become = (answer: Answer, status: number, body: Json): Answer => Object.assign(answer, { status, body });

export const done = { status: 'ok' };

/** Refuses a login with `create_user: false` of a person without a user, and has created one. */
export const storesRefused =
  (id: OperationId, code: string): Mutation['mutate'] =>
  async (exchange) => {
    const { body, forward, memory } = exchange;
    const asked = exchange.id === id && body?.create_user === false;
    const answer = await forward(asked ? { body: { ...body, create_user: true } } : {});
    const user = answer.body?.user_id;
    const isNew = user !== undefined && !memory.has(String(user));
    if (user !== undefined) memory.set(String(user), true);
    const request_id = answer.headers.get('X-Request-Id');
    return asked && isNew ? become(answer, 404, { status: 'error', error_msg: 'There is no such user.', code, request_id }) : answer;
  };
