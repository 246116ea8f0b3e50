import type { ErrorRequestHandler, Response } from 'express';
import { ApiError, invalidField } from '../errors.ts';
import { answerJson } from './answerJson.ts';

/** The last step: every fault becomes the contract's error shape. What is unexpected is told to the log only. */
export const answerError: ErrorRequestHandler = (fault, request, response, _next) => {
  const error = toApiError(fault);
  // It is in the request's line.
  response.locals.error = { code: error.code, ...error.detail, ...(error.errors && { fields: error.errors.map(({ path }) => path) }) };
  if (error.cause instanceof Error) response.err = error.cause;
  if (response.headersSent) return response.destroy();

  if (error.retryAfter !== undefined) response.set('Retry-After', String(error.retryAfter));
  if (error.allow !== undefined) response.set('Allow', error.allow);
  send(response, error, request.id);
};

function send(response: Response, error: ApiError, requestId: string): void {
  try {
    answerJson(response, error.status, error.toBody(requestId));
  } catch (cause) {
    response.err = new Error(`the contract does not let this operation answer ${error.status} ${error.code}`, { cause });
    const hidden = new ApiError('internal_error');
    response.locals.validateAnswer = undefined;
    answerJson(response, hidden.status, hidden.toBody(requestId));
  }
}

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
      return new ApiError('media_type_unsupported', { cause: fault });
    case 'entity.parse.failed':
      return invalidField('/body', 'is not JSON');
    case 'request.aborted':
    case 'request.size.invalid':
    case 'encoding.invalid':
      return invalidField('/body', 'did not arrive whole');
    default:
      return undefined;
  }
}
