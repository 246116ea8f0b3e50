import { errorCodes } from '../generated/errors.ts';
import type { components } from '../generated/types.ts';

/** A stable error code of the contract (schema `ErrorCode`). */
export type ErrorCode = keyof typeof errorCodes;
export type ErrorBody = components['schemas']['ApiError'];
export type FieldError = components['schemas']['FieldError'];

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);

/** The contract's public text for a code. */
export const messageOf = (code: ErrorCode): string => errorCodes[code].message;

export interface ErrorOptions {
  /** Public text; the contract's own text for the code if absent. */
  message?: string;
  /** The fields that do not fit. */
  errors?: FieldError[];
  /** Seconds, sent as `Retry-After`. */
  retryAfter?: number;
  /** Methods, sent as `Allow`. */
  allow?: string;
  /** For the log only; never sent. */
  detail?: Record<string, unknown>;
  cause?: unknown;
}

/** An error that the client is meant to see. The contract fixes the status of each code. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly errors: FieldError[] | undefined;
  readonly retryAfter: number | undefined;
  readonly allow: string | undefined;
  readonly detail: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    super(options.message ?? messageOf(code), { cause: options.cause });
    this.code = code;
    this.status = errorCodes[code].status;
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
    this.allow = options.allow;
    this.detail = options.detail;
  }

  /** The body to send, without anything private. */
  toBody(requestId: string): ErrorBody {
    const { code, message, errors } = this;
    return { status: 'error', error_msg: message, code, request_id: requestId, ...(errors && { errors }) };
  }
}

/** Maximum lengths of a field's name and of its fault in an answer (schemas `FieldError` and `ApiError`). */
const maxPath = 512;
const maxMessage = 1024;

/** Fields of the request that do not fit. The first one is in `error_msg` too: that is all that most apps show their developer. */
export function invalidFields(errors: readonly FieldError[]): ApiError {
  const fields = errors.map(({ path, message }) => ({ path: path.slice(0, maxPath), message: message.slice(0, maxMessage) }));
  const [first] = fields;
  const message = first && `The request does not fit the contract: ${first.path.replace(/^\/\w+\//, '')} ${first.message}.`;
  return new ApiError('request_invalid', { errors: fields, ...(message && { message: message.slice(0, maxMessage) }) });
}

/** A field of the request that breaks a rule beyond the contract's schemas. */
export const invalidField = (path: string, message: string): ApiError => invalidFields([{ path, message }]);
