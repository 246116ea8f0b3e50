import { ApiError, type ErrorCode, type ErrorOptions } from '../errors.ts';
import type { UpstreamError } from '../upstream/errors.ts';

/** A fault in the app's configuration, here or at the platform. */
interface Misconfigured {
  /** Advice for the operator. */
  check: string;
}

/** Contract codes by platform code. */
export type ErrorTable = Readonly<Record<string, ErrorCode | Misconfigured>>;

/** @param check advice for the operator: the log puts it after "check" */
export const misconfigured = (check: string): Misconfigured => ({ check });

const misconfiguredCode: ErrorCode = 'app_misconfigured';
const defaultCheck = 'app_id and the secrets of the app';

/**
 * Looks a platform's code up in several tables.
 *
 * @param tables the first one that has the code decides
 * @param fallback the contract's code if none has it
 */
export function findCode(
  platformCode: string | number,
  tables: readonly (ErrorTable | undefined)[],
  fallback: ErrorCode,
): { code: ErrorCode; check?: string } {
  // `hasOwn`: the code is the platform's own text.
  const found = tables.find((table) => table && Object.hasOwn(table, platformCode))?.[platformCode] ?? fallback;
  if (typeof found !== 'string') return { code: misconfiguredCode, ...found };
  return found === misconfiguredCode ? { code: found, check: defaultCheck } : { code: found };
}

/** Seconds: the platforms' quotas are per minute, their hiccups shorter. */
const retryAfter: Partial<Record<ErrorCode, number>> = { platform_rate_limited: 60, platform_busy: 5 };

/** An error that a platform is the cause of, with the time after which to try again. */
export function platformError(code: ErrorCode, options: ErrorOptions): ApiError {
  const wait = options.retryAfter ?? retryAfter[code];
  return new ApiError(code, { ...options, ...(wait !== undefined && { retryAfter: wait }) });
}

/** The contract's error for a call to a platform's server that failed. */
export const toPlatformError = ({ reason, retryAfter: wait, detail, cause }: UpstreamError): ApiError =>
  platformError(`platform_${reason}`, { detail, cause, ...(wait !== undefined && { retryAfter: wait }) });
