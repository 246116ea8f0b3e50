import * as z from 'zod';
import { isProfileField } from './sealedProfile.ts';

/**
 * `phone_fields` of a platform that documents no names for sealed numbers: names in the app's numbers, in addition to the known ones. Names
 * of profile fields are not allowed, because profiles could pass for numbers.
 */
export const phoneFields = z
  .array(
    z
      .string()
      .min(1)
      .max(64)
      .refine((name) => !isProfileField(name), 'is a profile field, and profiles must not pass for numbers'),
  )
  .max(16)
  .default([]);
