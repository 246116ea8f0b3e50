import * as z from 'zod';
import { UpstreamError } from './errors.ts';

/**
 * Checks a reply against its documented shape.
 *
 * @throws UpstreamError, with the fields that do not fit in the log: their values may be secret, their names are not
 */
export function parseReply<T>(shape: z.ZodType<T>, json: unknown): T {
  const result = shape.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
  throw new UpstreamError('failed', { detail: { fault: 'undocumented shape', problems } });
}

/** A number that proxies and older versions of the platforms' servers write as text too. */
export const looseNumber = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*-?\d+\s*$/)
    .transform(Number),
]);
