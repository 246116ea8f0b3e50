/** The reason why a call to an external server failed. */
export type UpstreamFailure = 'timeout' | 'busy' | 'rate_limited' | 'failed';

export interface UpstreamErrorOptions {
  /** Seconds after which to try again, if known. */
  retryAfter?: number;
  /** Fields for the log only. `status` is the reply's, if one arrived. */
  detail?: { status?: number | undefined; [field: string]: unknown };
  cause?: unknown;
}

/** A failed call to an external server. Callers translate it to an error of the contract. */
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

/** Makes a call and translates an `UpstreamError` to an error of the contract. */
export async function translateErrors<T>(call: () => Promise<T>, translate: (error: UpstreamError) => Error): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof UpstreamError ? translate(error) : error;
  }
}
