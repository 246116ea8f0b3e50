import * as z from 'zod';
import type { Profile } from './platform.ts';
import { saidProfile } from './saidProfile.ts';

/**
 * Text of a profile.
 *
 * @param max characters, counted as the contract counts them: an emoji is one
 */
export const text = (max: number) =>
  z
    .string()
    .refine((value) => [...value].length <= max)
    .transform(plainText);

/** Text without control characters, which hosts put into nicknames and PostgreSQL does not keep, and with whole characters only. */
export const plainText = (value: string): string => value.replace(/\p{Cc}/gu, '').toWellFormed();

/** A profile in WeChat's field names, which QQ, Kuaishou and JD share. Fields other than these are dropped. */
export const userInfo = z.object({
  nickName: text(256).optional(),
  avatarUrl: text(2048).optional(),
  /** A number, on Kuaishou also as text. */
  gender: z.union([z.number(), z.string().max(16)]).optional(),
  language: text(64).optional(),
  city: text(256).optional(),
  province: text(256).optional(),
  country: text(256).optional(),
});
export type UserInfo = z.infer<typeof userInfo>;

/** A profile that is the client's own word: for display only, and nothing in it may decide anything. */
export const plainProfile = (profile: Record<string, unknown>): Profile => toProfile(userInfo.parse(profile));

export const toProfile = (original: UserInfo): Profile =>
  saidProfile(original, {
    nickname: 'nickName',
    avatar: 'avatarUrl',
    gender: 'gender',
    language: 'language',
    city: 'city',
    province: 'province',
    country: 'country',
  });
