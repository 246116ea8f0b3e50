import * as z from 'zod';
import { isStorable } from '../accounts/customFields.ts';

/** Maximum number of UTF-16 units: the columns' length. */
const longest = 128;

/**
 * An openid or unionid in a reply. Refuses characters that cannot be stored, and U+FFFD, which replaces invalid UTF-8: they would make
 * different ids equal.
 */
export const replyId = z
  .string()
  .min(1)
  .max(longest)
  .refine((id) => isStorable(id) && !id.includes('\ufffd'));

/** The same for an id that a platform may leave empty. */
export const replyIdOrNone = z.union([z.literal(''), replyId]);
