import type { Response } from 'express';
import type { Caller, OperationId } from '../operations.ts';

/** The operation that was found for the request. */
export const operationIdOf = (response: Response): OperationId => response.locals.operationId;

export const callerOf = (response: Response): Caller => response.locals.caller;
