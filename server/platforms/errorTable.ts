import { ApiError, type ErrorCode, type ErrorOptions } from '../errors.ts';
import type { UpstreamError } from '../upstream/errors.ts';

/** A fault in the app's configuration, here or at the platform. */
interface Misconfigured {
  /** Advice for the operator. */
  check: string;
}

/** Contract codes by platform code. */
export type ErrorTable = Readonly<Record<string, ErrorCode | Misconfigured>>;

/** @param check advice for the operator, which follows "check" in the log */
export const misconfigured = (check: string): Misconfigured => ({ check });

const misconfiguredCode: ErrorCode = 'app_misconfigured';
const defaultCheck = 'app_id and the secrets of the app';

/**
 * Looks up a platform's code.
 *
 * @param tables tables by precedence
 * @param fallback the contract's code if no table has the platform's
 */
export function findCode(
  platformCode: string | number,
  tables: readonly (ErrorTable | undefined)[],
  fallback: ErrorCode,
): { code: ErrorCode; check?: string } {
  // `hasOwn`, because the code may be any text.
  const found = tables.find((table) => table && Object.hasOwn(table, platformCode))?.[platformCode] ?? fallback;
  if (typeof found !== 'string') return { code: misconfiguredCode, ...found };
  return found === misconfiguredCode ? { code: found, check: defaultCheck } : { code: found };
}

/** Seconds. The platforms' quotas are per minute; a busy platform recovers sooner. */
const retryAfter: Partial<Record<ErrorCode, number>> = { platform_rate_limited: 60, platform_busy: 5 };

/** An error caused by a platform, with the time after which to try again. */
export function platformError(code: ErrorCode, options: ErrorOptions): ApiError {
  const wait = options.retryAfter ?? retryAfter[code];
  return new ApiError(code, { ...options, ...(wait !== undefined && { retryAfter: wait }) });
}

/** The contract's error for a failed call to a platform. */
export const toPlatformError = ({ reason, retryAfter: wait, detail, cause }: UpstreamError): ApiError =>
  platformError(`platform_${reason}`, { detail, cause, ...(wait !== undefined && { retryAfter: wait }) });
