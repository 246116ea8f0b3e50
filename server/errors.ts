import { errorCodes } from '../generated/errors.ts';
import type { components } from '../generated/types.ts';

/** A stable error code of the contract (schema `ErrorCode`). */
export type ErrorCode = keyof typeof errorCodes;
export type ErrorBody = components['schemas']['ApiError'];
export type FieldError = components['schemas']['FieldError'];

export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCodes, code);

/** A language of public texts. */
export type Language = 'en' | 'zh';
/** A public text, addressed to developers, in each language. */
export type Text = Readonly<Record<Language, string>>;

/** The contract's public text for a code. */
export const textOf = (code: ErrorCode): Text => errorCodes[code];

export interface ErrorOptions {
  /** Public text; the contract's own text for the code if absent. */
  text?: Text;
  /** The invalid fields. */
  errors?: FieldError[];
  /** Seconds, sent as `Retry-After`. */
  retryAfter?: number;
  /** Methods, sent as `Allow`. */
  allow?: string;
  /** Shows access to another account. */
  mergeTicket?: Pick<ErrorBody, 'merge_ticket' | 'merge_needs_proof'>;
  /** A task for the person, as a hook wrote it. */
  challenge?: Record<string, unknown>;
  /** For the log only; never sent. */
  detail?: Record<string, unknown>;
  cause?: unknown;
}

/** An error that is sent to the client. The contract defines the status of each code. `message`, for the log, is in English. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly text: Text;
  readonly errors: FieldError[] | undefined;
  readonly retryAfter: number | undefined;
  readonly allow: string | undefined;
  readonly detail: Record<string, unknown> | undefined;
  private readonly mergeTicket: ErrorOptions['mergeTicket'];
  private readonly challenge: ErrorOptions['challenge'];

  constructor(code: ErrorCode, options: ErrorOptions = {}) {
    const { text = textOf(code) } = options;
    super(text.en, { cause: options.cause });
    this.code = code;
    this.text = text;
    this.status = errorCodes[code].status;
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
    this.allow = options.allow;
    this.detail = options.detail;
    this.mergeTicket = options.mergeTicket;
    this.challenge = options.challenge;
  }

  /** The body to send, without anything private. */
  toBody(requestId: string, language: Language = 'en'): ErrorBody {
    const { code, text, errors, mergeTicket, challenge } = this;
    const more = { ...(errors && { errors }), ...mergeTicket, ...(challenge && { challenge }) };
    return { status: 'error', error_msg: text[language], code, request_id: requestId, ...more };
  }
}

/** Maximum lengths of a field's path and message in a response (schemas `FieldError` and `ApiError`). */
const maxPath = 512;
const maxMessage = 1024;

/** The error for invalid fields of a request. `error_msg` names the first one, because most apps show nothing else. Its rule is in English. */
export function invalidFields(errors: readonly FieldError[]): ApiError {
  const fields = errors.map(({ path, message }) => ({ path: path.slice(0, maxPath), message: message.slice(0, maxMessage) }));
  const [first] = fields;
  if (!first) return new ApiError('request_invalid', { errors: fields });
  const name = first.path.replace(/^\/\w+\//, '');
  const text = {
    en: `The request does not fit the contract: ${name} ${first.message}.`.slice(0, maxMessage),
    zh: `请求不符合接口契约：${name} 不合要求（${first.message}）。`.slice(0, maxMessage),
  };
  return new ApiError('request_invalid', { errors: fields, text });
}

/** The error for a field that breaks a rule which the contract's schemas cannot express. */
export const invalidField = (path: string, message: string): ApiError => invalidFields([{ path, message }]);
