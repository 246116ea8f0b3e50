import type { ValidateFunction } from 'ajv';
import type { RequestHandler } from 'express';
import * as answers from '../../generated/validators/answers.js';
import { operationIdOf } from './locals.ts';

const validators: Record<string, ValidateFunction> = { ...answers };

/** Holds what is answered from here on to the contract. */
export const validateAnswer: RequestHandler = (_request, response, next) => {
  const operationId = operationIdOf(response);
  response.locals.validateAnswer = (status: number, body: unknown) => {
    const validate = validators[`${operationId}_${status}`];
    if (!validate) throw new Error(`${operationId} does not declare ${status}`);
    if (validate({ body })) return;
    const [error] = validate.errors ?? [];
    throw new Error(`${operationId} ${status}: ${error?.instancePath} ${error?.message}`);
  };
  next();
};
