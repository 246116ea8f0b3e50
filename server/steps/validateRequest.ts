import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Request } from 'express';
import type { OperationId } from '../../generated/operations.ts';
import { patternWords } from '../../generated/texts.ts';
import * as bodies from '../../generated/validators/bodies.js';
import * as parameters from '../../generated/validators/parameters.js';
import { ApiError, type FieldError, invalidField, invalidFields } from '../errors.ts';
import { decodesToUtf8 } from '../process/utf8.ts';
import type { FoundOperation } from './findOperation.ts';

const parameterValidators: Record<OperationId, ValidateFunction> = { ...parameters };
const bodyValidators: Partial<Record<OperationId, ValidateFunction>> = { ...bodies };

/** A validated request, in the contract's types. */
export interface ValidRequest {
  operationId: OperationId;
  // biome-ignore lint/suspicious/noExplicitAny: validation ensures the contract's types, unknown to TypeScript
  path: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  query: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  body: any;
}

/**
 * Holds a request to the contract. What is text by nature gets the contract's types, and what is absent its defaults, in place.
 *
 * @throws request_invalid, media_type_unsupported
 */
export function validateRequest({ operationId, params }: FoundOperation, request: Request): ValidRequest {
  const validateParameters = parameterValidators[operationId];
  const validateBody = bodyValidators[operationId];
  if (validateBody) requireJson(request, validateBody);

  refuseForeignHeaders(request.headers);
  const { url, headers, body, query } = request;
  const [, search = ''] = /\?(.*)/s.exec(url) ?? [];
  if (!decodesToUtf8(search)) throw invalidField('/query', 'is not UTF-8: encode it as encodeURIComponent does');
  const fits = validateParameters({ params, query, headers });
  if (!(validateBody?.({ body }) ?? true) || !fits) {
    const errors = [...(validateParameters.errors ?? []), ...(validateBody?.errors ?? [])];
    throw invalidFields(onePerField(errors).slice(0, 100).map(toFieldError));
  }
  return { operationId, path: params, query, body };
}

/** Headers that an operation reads. */
const readHeaders = [
  'authorization',
  'x-hydrogen-client-id',
  'x-hydrogen-env-id',
  'x-hydrogen-request-method',
  'x-hydrogen-client-version',
  'x-hydrogen-client-platform',
  'x-hydrogen-client-sdk-type',
];

/** @throws request_invalid for a header whose bytes, which Node gives as Latin-1, are not UTF-8: another encoding is another name */
function refuseForeignHeaders(headers: IncomingHttpHeaders): void {
  for (const name of readHeaders) {
    const value = headers[name];
    if (typeof value === 'string' && /[\x80-\xff]/.test(value) && !isUtf8(Buffer.from(value, 'latin1'))) {
      throw invalidField(`/headers/${name}`, 'is not UTF-8');
    }
  }
}

/** A body that there need not be has no type either. */
function requireJson({ headers }: Request, validateBody: ValidateFunction): void {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json' && (type || !validateBody({}))) throw new ApiError('media_type_unsupported');
}

/**
 * Leaves one error for each field. Of an `anyOf`, ajv names every alternative: the one of the right type says most. Of a field's name, it
 * names the rule and, again, that the rule is broken.
 */
function onePerField(errors: ErrorObject[]): ErrorObject[] {
  const unions = errors.filter(({ keyword }) => keyword === 'anyOf');
  return errors.flatMap((error) => {
    if (error.keyword === 'propertyNames') return [];
    const union = unions.find(({ instancePath }) => instancePath === error.instancePath);
    if (!union) return [error];
    if (error !== union) return [];
    const alternatives = errors.filter((other) => other !== union && other.instancePath === union.instancePath);
    const types = alternatives.map(({ params }) => params.type).join(' or ');
    return [alternatives.find(({ keyword }) => keyword !== 'type') ?? { ...union, message: `must be ${types}` }];
  });
}

function toFieldError({ instancePath, keyword, params, propertyName, message = '' }: ErrorObject): FieldError {
  const name = propertyName ?? params.missingProperty ?? (instancePath === '/query' ? params.additionalProperty : undefined);
  const path = name === undefined ? instancePath : `${instancePath}/${name}`;
  return { path, message: reword(keyword, params, message) };
}

/** Rewords a fault for people: an app's dialog should show no regular expression. */
function reword(keyword: string, params: ErrorObject['params'], message: string): string {
  switch (keyword) {
    case 'enum':
      return `${message}: ${params.allowedValues.join(', ')}`;
    // Only a query is closed to what the contract does not name.
    case 'additionalProperties':
      return 'is not a parameter of this operation';
    case 'required':
      return 'is missing';
    case 'pattern':
      return patternWords[params.pattern] ?? 'holds characters that it may not have';
    case 'format':
      return params.format === 'email' ? 'must be an e-mail address, like mei@example.com' : message;
    default:
      return message;
  }
}
