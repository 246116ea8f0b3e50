/** Why a call to another party's server brought nothing. */
export type UpstreamFailure = 'timeout' | 'busy' | 'rate_limited' | 'failed';

export interface UpstreamErrorOptions {
  /** Seconds after which to try again, if the call or the circuit says so. */
  retryAfter?: number;
  /** For the log only. `status` is the reply's, if one arrived. */
  detail?: { status?: number | undefined; [field: string]: unknown };
  cause?: unknown;
}

/** A call to another party's server that failed. Callers turn it into an error of the contract. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError';
  readonly reason: UpstreamFailure;
  readonly retryAfter: number | undefined;
  readonly detail: NonNullable<UpstreamErrorOptions['detail']>;

  constructor(reason: UpstreamFailure, { retryAfter, detail = {}, cause }: UpstreamErrorOptions = {}) {
    super(`upstream call: ${reason}`, { cause });
    this.reason = reason;
    this.retryAfter = retryAfter;
    this.detail = detail;
  }
}

/** Makes a call, and turns an `UpstreamError` that it throws into an error of the contract. */
export async function translateErrors<T>(call: () => Promise<T>, translate: (error: UpstreamError) => Error): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof UpstreamError ? translate(error) : error;
  }
}
