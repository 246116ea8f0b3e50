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

/** A mutation of whole exchanges of some operations. */
export const exchangesOf = (of: Mutation['of'], name: string, mutate: Mutation['mutate']): Mutation => ({
  name,
  of,
  mutate: (exchange) => (exchange.id !== undefined && of.includes(exchange.id) ? mutate(exchange) : exchange.forward()),
});

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
