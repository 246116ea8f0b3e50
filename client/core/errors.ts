import type { components } from '../../generated/types.ts';

/** The client's own codes (docs/protocol.md, The client's own errors). Others are the HTTP status of the server's answer. */
const messages = {
  600: 'network disconnected',
  601: 'request timeout',
  602: 'uninitialized',
  603: 'unauthorized',
  604: 'session missing',
  605: 'incorrect parameter type',
  611: 'unsupported function',
  612: 'anonymous user is not allowed',
  613: 'third party auth denied',
  614: 'third party auth failed',
  616: 'please enable sdk update platform user info first',
};
export type ClientErrorCode = keyof typeof messages;

/** What the server tells of an error beside its status and text. */
export type ServerErrorDetail = Partial<Pick<components['schemas']['Error'], 'errors' | 'request_id'>> & {
  /** The stable code of the contract, e.g. `code_used`. */
  error_code?: components['schemas']['ErrorCode'];
};
/** Whom a decline is about, '' where nobody was logged in: `unionid` on WeChat only. */
export interface DeclineDetail {
  id?: number | '';
  openid?: string;
  unionid?: string;
}

/** What the host told of a failure of its own, word for word. */
export interface HostDetail {
  errMsg?: string;
  errno?: number;
  errCode?: number;
}

/** Every error that a call rejects with. */
export class HError extends Error {
  /** 600–616 of the client itself, or the HTTP status of the server's answer. */
  readonly code: number;
  declare readonly id?: number | '';
  declare readonly openid?: string;
  declare readonly unionid?: string;
  /** What the host told, where it was the host that failed. */
  declare readonly errMsg?: string;
  declare readonly errno?: number;
  declare readonly errCode?: number;
  declare readonly error_code?: string;
  declare readonly errors?: NonNullable<ServerErrorDetail['errors']>;
  declare readonly request_id?: string;

  constructor(code: number, message: string, detail?: ServerErrorDetail | DeclineDetail | HostDetail) {
    super();
    this.code = code;
    // Assigned, not passed on, so that it is enumerable: JSON.stringify(error) then shows what the seeds show.
    this.message = message;
    Object.assign(this, detail);
  }
}
Object.defineProperty(HError.prototype, 'name', { value: 'HError' });

/** An error that the client itself finds. @param hint what to do about it */
export const clientError = (code: ClientErrorCode, hint?: string, detail?: DeclineDetail | HostDetail): HError =>
  new HError(code, hint === undefined ? messages[code] : `${messages[code]}: ${hint}`, detail);

/** An error that the server answered. @param body as it came: the contract's Error, or anything where something else answered */
export function serverError(status: number, body: unknown): HError {
  const { error_msg, code, request_id, errors } = errorBody(body);
  return new HError(status, error_msg ?? `HTTP ${status}`, {
    ...(code !== undefined && { error_code: code }),
    ...(request_id !== undefined && { request_id }),
    ...(errors && { errors }),
  });
}

const errorBody = (body: unknown): Partial<components['schemas']['Error']> => (isObject(body) ? body : {});

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** @throws 605 unless a condition on what the caller passed holds */
export function expectType(condition: boolean, hint: string): asserts condition {
  if (!condition) throw clientError(605, hint);
}

/**
 * For calls that must not log in by themselves: a session that the server does not know is as good as none. Kuaishou's phone update
 * says so with 403 (docs/protocol.md, Operations), and a runtime may show no more than the status.
 *
 * @throws 604
 */
export function sessionMissing(error: HError): never {
  const { code, error_code = 'session_' } = error;
  throw (code === 401 || code === 403) && error_code.indexOf('session_') === 0 ? clientError(604) : error;
}
