import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Request } from 'express';
import { type OperationId, operationTable } from '../../generated/operations.ts';
import { formOperations } from '../../generated/serverKeys.ts';
import { patternWords } from '../../generated/texts.ts';
import * as bodies from '../../generated/validators/bodies.js';
import * as parameters from '../../generated/validators/parameters.js';
import { ApiError, type FieldError, invalidField, invalidFields } from '../errors.ts';
import { decodesToUtf8 } from '../process/utf8.ts';
import type { FoundOperation } from './findOperation.ts';
import { openUpload } from './readUpload.ts';

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
 * Validates a request against the contract. Converts parameters to the contract's types and fills in defaults, in place.
 *
 * @throws request_invalid, media_type_unsupported
 */
export function validateRequest({ operationId, params }: FoundOperation, request: Request): ValidRequest {
  const validateParameters = parameterValidators[operationId];
  const validateBody = bodyValidators[operationId];
  if (validateBody) requireType(request, isForm(operationId) ? formType : jsonType, validateBody);

  refuseForeignHeaders(request.headers);
  const { url, headers, body, query } = request;
  const [, search = ''] = /\?(.*)/s.exec(url) ?? [];
  if (!decodesToUtf8(search)) throw invalidField('/query', 'is not UTF-8: encode it as encodeURIComponent does');
  const fits = validateParameters({ params, query, headers });
  if (!(validateBody?.({ body }) ?? true) || !fits) {
    const errors = [...(validateParameters.errors ?? []), ...(validateBody?.errors ?? [])];
    throw invalidFields(onePerField(errors).slice(0, 100).map(toFieldError));
  }
  return { operationId, path: params, query, body: 'upload' in operationTable[operationId] ? openUpload(request) : body };
}

/** Headers that an operation reads. */
const readHeaders = [
  'authorization',
  'x-hydrogen-client-id',
  'x-hydrogen-env-id',
  'x-challenge-response',
  'x-hydrogen-request-method',
  'x-hydrogen-client-version',
  'x-hydrogen-client-platform',
  'x-hydrogen-client-sdk-type',
];

/** @throws request_invalid for a header that is not UTF-8: decoded as Latin-1, as Node does, it would name another client or token */
function refuseForeignHeaders(headers: IncomingHttpHeaders): void {
  for (const name of readHeaders) {
    const value = headers[name];
    if (typeof value === 'string' && /[\x80-\xff]/.test(value) && !isUtf8(Buffer.from(value, 'latin1'))) {
      throw invalidField(`/headers/${name}`, 'is not UTF-8');
    }
  }
}

const jsonType = 'application/json';
const formType = 'application/x-www-form-urlencoded';

const forms: readonly OperationId[] = formOperations;
const isForm = (operationId: OperationId) => forms.includes(operationId);

/** @throws media_type_unsupported unless the body has the required type, or is absent and optional */
function requireType({ headers }: Request, required: string, validateBody: ValidateFunction): void {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type === required || (!type && validateBody({}))) return;
  const text = { en: `The body must be a form, whose Content-Type is ${formType}.`, zh: `请求体必须是表单，Content-Type 为 ${formType}。` };
  throw new ApiError('media_type_unsupported', required === formType ? { text } : {});
}

/**
 * Selects one error for each field. For an `anyOf`, ajv reports every alternative; the one of the right type is the most specific. For an
 * invalid field name, ajv reports the broken rule and a redundant `propertyNames` error.
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

/** Rewords ajv's messages, which apps may show to users, so that they contain no regular expressions. */
function reword(keyword: string, params: ErrorObject['params'], message: string): string {
  switch (keyword) {
    case 'enum':
      return `${message}: ${params.allowedValues.join(', ')}`;
    // Only queries reject names that the contract does not declare.
    case 'additionalProperties':
      return 'is not a parameter of this operation';
    case 'required':
      return 'is missing';
    case 'pattern':
      return patternWords[params.pattern] ?? 'contains characters that are not allowed';
    case 'format':
      return params.format === 'email' ? 'must be an e-mail address, like mei@example.com' : message;
    default:
      return message;
  }
}
