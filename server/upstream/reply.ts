import * as z from 'zod';
import { UpstreamError } from './errors.ts';

/**
 * Validates a reply against its documented shape.
 *
 * @throws UpstreamError, whose log detail names the invalid fields without their values, which may be secret
 */
export function parseReply<T>(shape: z.ZodType<T>, json: unknown): T {
  const result = shape.safeParse(json);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
  throw new UpstreamError('failed', { detail: { fault: 'undocumented shape', problems } });
}

/** A number, which proxies and older versions of the platforms' servers may send as text. */
export const looseNumber = z.union([
  z.number(),
  z
    .string()
    .regex(/^\s*-?\d+\s*$/)
    .transform(Number),
]);
