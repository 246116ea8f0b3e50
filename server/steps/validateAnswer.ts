import type { ValidateFunction } from 'ajv';
import type { RequestHandler } from 'express';
import * as answers from '../../generated/validators/answers.js';
import { operationIdOf } from './locals.ts';

const validators: Record<string, ValidateFunction> = { ...answers };

/** Holds what is answered from here on to the contract: `json` throws where it does not fit. */
export const validateAnswer: RequestHandler = (_request, response, next) => {
  const operationId = operationIdOf(response);
  const { json } = response;
  response.json = (body) => {
    const validate = validators[`${operationId}_${response.statusCode}`];
    if (!validate) throw new Error(`${operationId} does not declare ${response.statusCode}`);
    if (!validate({ body })) {
      const [error] = validate.errors ?? [];
      throw new Error(`${operationId} ${response.statusCode}: ${error?.instancePath} ${error?.message}`);
    }
    return json.call(response, body);
  };
  next();
};
