import type * as z from 'zod';
import { ApiError, type ErrorCode } from '../errors.ts';

/**
 * What a platform answered or its host sealed, in the shape that the platform documents.
 *
 * @throws `code`, with the fields that do not fit in the log: their values may be secret, their names are not
 */
export function parseReply<T>(shape: z.ZodType<T>, json: unknown, code: ErrorCode = 'platform_failed'): T {
  const result = shape.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
  throw new ApiError(code, { detail: { fault: 'undocumented shape', problems } });
}
