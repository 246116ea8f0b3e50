import type { Response } from 'express';
import type { OpenApiRequest } from 'express-openapi-validator/dist/framework/types.js';
import { operationTable } from '../../generated/operations.ts';
import type { Caller, OperationId } from '../operations.ts';

const isOperationId = (id: unknown): id is OperationId => typeof id === 'string' && Object.hasOwn(operationTable, id);

/** The operation that contract validation found for the request. */
export function operationIdOf(request: OpenApiRequest): OperationId {
  const { operationId } = request.openapi?.schema ?? {};
  if (!isOperationId(operationId)) throw new Error(`the bundle has operation ${operationId}, the generated table has not`);
  return operationId;
}

export const callerOf = (response: Response): Caller => response.locals.caller;
