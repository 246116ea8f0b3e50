import type { Request, RequestHandler, Response } from 'express';
import { handlers } from '../handlers/index.ts';
import type { OperationId } from '../operations.ts';
import { callerOf, operationIdOf } from './locals.ts';

/** Hands a request that fits the contract to its handler and answers what that returns. */
export const runOperation: RequestHandler = (request, response) => run(operationIdOf(response), request, response);

async function run<Op extends OperationId>(operationId: Op, { body }: Request, response: Response): Promise<void> {
  const { params, query, session } = response.locals;
  // biome-ignore lint/suspicious/noExplicitAny: contract validation gave these the contract's types, in place, and told TypeScript nothing
  const validated: Record<'path' | 'query' | 'body', any> = { path: params, query, body };
  const answer = await handlers[operationId]({ ...callerOf(response), session, ...validated });
  response.status(answer.status).json(answer.body);
}
