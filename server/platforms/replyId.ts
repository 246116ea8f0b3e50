import * as z from 'zod';
import { isStorable } from '../accounts/customFields.ts';

/** UTF-16 units, as many as the columns have characters. */
const longest = 128;

/**
 * An openid or unionid in a reply. Characters that a database drops, and U+FFFD, the replacement for bytes that are not UTF-8, would make
 * different ids equal.
 */
export const replyId = z
  .string()
  .min(1)
  .max(longest)
  .refine((id) => isStorable(id) && !id.includes('\ufffd'));

/** One that a platform may leave empty. */
export const replyIdOrNone = z.union([z.literal(''), replyId]);
