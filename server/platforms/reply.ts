import type { z } from 'zod';
import { ApiError } from '../errors.ts';

/**
 * A platform's reply in the shape that it documents.
 *
 * @throws platform_failed, with the fields that do not fit in the log: a reply's values may be secret, its field names are not
 */
export function parseReply<T>(shape: z.ZodType<T>, json: unknown): T {
  const result = shape.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
  throw new ApiError('platform_failed', { detail: { fault: 'undocumented reply', problems } });
}
