import type { ErrorRequestHandler } from 'express';
import { ApiError, invalidField } from '../errors.ts';
import { languageOf } from '../http/languageOf.ts';
import { challenge, oauthFields } from '../tokens/oauthError.ts';
import { notUtf8 } from './readBody.ts';
import { secureHeaders } from './secureAnswer.ts';
import type { ValidateAnswer } from './validateAnswer.ts';

/**
 * The last step: answers every error in the contract's shape. Details of unexpected errors are only logged.
 *
 * @param validateAnswer validates answers against the contract, if present
 */
export const answerError =
  (validateAnswer?: ValidateAnswer): ErrorRequestHandler =>
  (fault, request, response, _next) => {
    const { current } = request;
    let error = toApiError(fault);
    // Logged by observeRequest.
    current.error = { code: error.code, ...error.detail, ...(error.errors && { fields: error.errors.map(({ path }) => path) }) };
    if (error.cause instanceof Error) current.fault = error.cause;
    if (response.headersSent) return response.destroy();
    const language = languageOf(request);
    const toBody = () => ({ ...error.toBody(current.id, language), ...oauthFields(current.operationId, error) });

    try {
      if (current.operationId) validateAnswer?.(current.operationId, error.status, toBody());
    } catch (cause) {
      current.fault = new Error(`the contract does not let this operation answer ${error.status} ${error.code}`, { cause });
      error = new ApiError('internal_error');
    }
    if (error.retryAfter !== undefined) response.set('Retry-After', String(error.retryAfter));
    if (error.allow !== undefined) response.set('Allow', error.allow);
    if (error.code === 'server_key_invalid') response.set('WWW-Authenticate', challenge);
    // A request that failed outside the operations has no headers yet.
    response.setHeaders(secureHeaders).setHeader('X-Request-Id', current.id);
    response.set('Content-Language', language).vary('Accept-Language');
    response.status(error.status).json(toBody());
  };

function toApiError(fault: unknown): ApiError {
  if (fault instanceof ApiError) return fault;
  return fromBodyParser(fault) ?? new ApiError('internal_error', { cause: fault });
}

/** Express's body parser marks its errors with a type. */
function fromBodyParser(fault: unknown): ApiError | undefined {
  if (!(fault instanceof Error && 'type' in fault)) return undefined;
  switch (fault.type) {
    case 'entity.too.large':
      return new ApiError('body_too_large');
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new ApiError('media_type_unsupported');
    case notUtf8:
      return invalidField('/body', 'is not UTF-8: send JSON in UTF-8');
    case 'entity.parse.failed':
      return invalidField('/body', 'is not JSON');
    case 'request.aborted':
    case 'request.size.invalid':
    case 'encoding.invalid':
      return invalidField('/body', 'is incomplete');
    default:
      return undefined;
  }
}
