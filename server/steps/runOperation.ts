import type { Request, RequestHandler, Response } from 'express';
import { handlers } from '../handlers/index.ts';
import { networkOf } from '../limits/address.ts';
import { subjectsOf } from '../limits/subjects.ts';
import { withinRateLimits } from '../limits/withinRateLimits.ts';
import { currentRequest } from '../observe/currentRequest.ts';
import type { OperationId } from '../operations.ts';
import { announceLimits } from './announceLimits.ts';
import { answerJson } from './answerJson.ts';
import { callerOf, operationIdOf } from './locals.ts';

/** Hands a request that fits the contract to its handler and answers what that returns. */
export const runOperation: RequestHandler = (request, response) => run(operationIdOf(response), request, response);

async function run<Op extends OperationId>(operationId: Op, { body }: Request, response: Response): Promise<void> {
  const { params, query, session } = response.locals;
  // biome-ignore lint/suspicious/noExplicitAny: contract validation gave these the contract's types, in place, and told TypeScript nothing
  const validated: Record<'path' | 'query' | 'body', any> = { path: params, query, body };
  const caller = callerOf(response);
  const subjects = subjectsOf(operationId, networkOf(currentRequest()?.ip), session, body);
  const answer = await withinRateLimits(operationId, caller, subjects, announceLimits(response), () =>
    handlers[operationId]({ ...caller, session, ...validated }),
  );
  answerJson(response, answer.status, answer.body);
}
