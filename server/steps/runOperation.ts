import type { Request, RequestHandler, Response } from 'express';
import type { OpenApiRequest } from 'express-openapi-validator/dist/framework/types.js';
import { handlers } from '../handlers/index.ts';
import { subjectsOf } from '../limits/subjects.ts';
import { withinRateLimits } from '../limits/withinRateLimits.ts';
import type { OperationId } from '../operations.ts';
import { announceLimits } from './announceLimits.ts';
import { callerOf, operationIdOf } from './locals.ts';

/** Hands a request that fits the contract to its handler and answers what that returns. */
export const runOperation: RequestHandler = (request, response) => run(operationIdOf(request), request, response);

async function run<Op extends OperationId>(operationId: Op, request: OpenApiRequest & Request, response: Response): Promise<void> {
  // biome-ignore lint/suspicious/noExplicitAny: contract validation gave these the contract's types, in place, and told TypeScript nothing
  const validated: Record<'path' | 'query' | 'body', any> = { path: request.openapi?.pathParams, query: request.query, body: request.body };
  const { session } = response.locals;
  const caller = callerOf(response);
  const subjects = subjectsOf(caller.network, session, request.body);
  const { status, body } = await withinRateLimits(operationId, caller, subjects, announceLimits(response), () =>
    handlers[operationId]({ ...caller, session, ...validated }),
  );
  response.status(status).json(body);
}
