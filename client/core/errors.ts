import type { components } from '../../generated/client/types.ts';

/** The client's own codes (docs/protocol.md, The client's own errors). Any other code is the HTTP status of the server's answer. */
export const messages = {
  /** The host says that there is no network. Let the person try again. */
  600: 'network disconnected',
  /**
   * The network is there, but the server did not answer, or the host did not call back in time: check the app's request domains, the certificate and
   * the server's address. The host's own message is in `errMsg`.
   */
  601: 'request timeout',
  /** `init` was not called, or was called with another server or app while the call was waiting. */
  602: 'uninitialized',
  /** The person declined a dialog, a button or the host's login. Nothing was sent. The error has the stored `id` and `openid`. */
  603: 'unauthorized',
  /** The call needs a session, and there is none: log in first. */
  604: 'session missing',
  /** An argument is wrong: the message names it. */
  605: 'incorrect parameter type',
  /** The platform, the host or, with `sandbox`, the server lacks the call. */
  611: 'unsupported function',
  /** The user of the session is anonymous: `register` first. */
  612: 'anonymous user is not allowed',
  /** The person closed the window of a web login, or refused a scan login on the phone. */
  613: 'third party auth denied',
  /**
   * The host gave no usable code or grant, for another reason than the person's: a quota, a missing permission or privacy statement, the developer
   * tools' mock code. The host's own message is in `errMsg`, `errno` and `errCode`. Also a web login that failed, and a scan login that expired.
   */
  614: 'third party auth failed',
  /** The app does not let clients update profiles: set `profile_update_from_sdk`. */
  616: 'please enable sdk update platform user info first',
};
export type ClientErrorCode = keyof typeof messages;

/** The server's details of an error, in addition to status and text. */
export type ServerErrorDetail = Partial<
  Pick<components['schemas']['ApiError'], 'errors' | 'request_id' | 'merge_ticket' | 'merge_needs_proof' | 'challenge'>
> & {
  /** The stable code of the contract, e.g. `code_used`. */
  error_code?: components['schemas']['ErrorCode'];
};
/** The ids of the person who declined; '' without a session. `unionid` on WeChat only. */
export interface DeclineDetail {
  id?: number | '';
  openid?: string;
  unionid?: string;
}

/** The host's own message for its failure. */
export interface HostDetail {
  errMsg?: string;
  errno?: number;
  errCode?: number;
}

/** The error that every call rejects with. */
export class HError extends Error {
  /** 600–616 from the client itself, otherwise the HTTP status of the server's answer. */
  readonly code: number;
  declare readonly id?: number | '';
  declare readonly openid?: string;
  declare readonly unionid?: string;
  /** The host's message, if the host failed. */
  declare readonly errMsg?: string;
  declare readonly errno?: number;
  declare readonly errCode?: number;
  declare readonly error_code?: string;
  declare readonly errors?: NonNullable<ServerErrorDetail['errors']>;
  declare readonly request_id?: string;
  /** A ticket to merge the account that has the identity or number: `auth.previewMerge(ticket)`. */
  declare readonly merge_ticket?: string;
  /** Whether the merge needs another proof first (`auth.createMergeTicket`). */
  declare readonly merge_needs_proof?: boolean;
  /** A challenge of the hook that refused the request: `setChallengeResponse` takes the answer. */
  declare readonly challenge?: NonNullable<ServerErrorDetail['challenge']>;

  constructor(code: number, message: string, detail?: ServerErrorDetail | DeclineDetail | HostDetail) {
    super();
    this.code = code;
    // Assigned to be enumerable, so that JSON.stringify(error) prints it as the published SDK does.
    this.message = message;
    Object.assign(this, detail);
  }
}
Object.defineProperty(HError.prototype, 'name', { value: 'HError' });

/** Creates one of the client's own errors. @param hint advice for the developer */
export const clientError = (code: ClientErrorCode, hint?: string, detail?: DeclineDetail | HostDetail): HError =>
  new HError(code, hint === undefined ? messages[code] : `${messages[code]}: ${hint}`, detail);

/** Turns the server's answer into an error. @param body the contract's `ApiError`, or anything if a proxy answered */
export function serverError(status: number, body: unknown): HError {
  const { error_msg, code, request_id, errors, merge_ticket, merge_needs_proof, challenge } = errorBody(body);
  return new HError(status, error_msg ?? `HTTP ${status}`, {
    ...(code !== undefined && { error_code: code }),
    ...(request_id !== undefined && { request_id }),
    ...(errors && { errors }),
    ...(merge_ticket && { merge_ticket, merge_needs_proof }),
    ...(challenge && { challenge }),
  });
}

const errorBody = (body: unknown): Partial<components['schemas']['ApiError']> => (isObject(body) ? body : {});

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** @throws 605 unless a condition on the caller's arguments holds */
export function expectType(condition: boolean, hint: string): asserts condition {
  if (!condition) throw clientError(605, hint);
}

/**
 * Turns the refusal of a missing or unknown session into 604, for calls that never log in automatically. Kuaishou's phone update answers 403 in that case
 * (docs/protocol.md, Request bodies), and a runtime may expose only the status.
 *
 * @throws 604
 */
export function sessionMissing(error: HError): never {
  const { code, error_code = 'session_' } = error;
  throw (code === 401 || code === 403) && error_code.indexOf('session_') === 0 ? clientError(604) : error;
}
