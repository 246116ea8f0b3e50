import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Request, RequestHandler } from 'express';
import * as bodies from '../../generated/validators/bodies.js';
import * as parameters from '../../generated/validators/parameters.js';
import { ApiError, type FieldError } from '../errors.ts';
import type { OperationId } from '../operations.ts';
import { operationIdOf } from './locals.ts';

const parameterValidators: Record<OperationId, ValidateFunction> = { ...parameters };
const bodyValidators: Partial<Record<OperationId, ValidateFunction>> = { ...bodies };

/**
 * Holds a request to the contract. What is text by nature gets the contract's types, and what is absent its defaults, in place.
 *
 * @throws request_invalid, media_type_unsupported
 */
export const validateRequest: RequestHandler = (request, response, next) => {
  const operationId = operationIdOf(response);
  const validateParameters = parameterValidators[operationId];
  const validateBody = bodyValidators[operationId];
  if (validateBody) requireJson(request, validateBody);

  const { params } = response.locals;
  const { query, headers, body } = request;
  const fits = validateParameters({ params, query, headers });
  if (!(validateBody?.({ body }) ?? true) || !fits) {
    const errors = [...(validateParameters.errors ?? []), ...(validateBody?.errors ?? [])];
    throw new ApiError('request_invalid', { errors: errors.slice(0, 100).map(toFieldError) });
  }
  // Express parses it at every look.
  response.locals.query = query;
  next();
};

/** A body that there need not be has no type either. */
function requireJson({ headers }: Request, validateBody: ValidateFunction): void {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json' && (type || !validateBody({}))) throw new ApiError('media_type_unsupported');
}

function toFieldError({ instancePath, keyword, params, message = '' }: ErrorObject): FieldError {
  const { missingProperty } = params;
  const path = missingProperty === undefined ? instancePath : `${instancePath}/${missingProperty}`;
  return { path: path.slice(0, 512), message: reword(keyword, params, message).slice(0, 1024) };
}

function reword(keyword: string, params: ErrorObject['params'], message: string): string {
  if (keyword === 'enum') return `${message}: ${params.allowedValues.join(', ')}`;
  // The contract forbids a field with the schema `false`, of which the validator says only that.
  return keyword === 'false schema' ? 'is reserved for the server' : message;
}
