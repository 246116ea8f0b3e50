import * as z from 'zod';
import type { Profile } from './platform.ts';
import { saidProfile } from './saidProfile.ts';

/**
 * Text of a profile.
 *
 * @param max maximum number of characters, counted as in the contract: an emoji is one
 */
export const text = (max: number) =>
  z
    .string()
    .refine((value) => [...value].length <= max)
    .transform(plainText);

/** Removes control characters, which occur in nicknames and some of which PostgreSQL cannot store, and replaces lone surrogates. */
export const plainText = (value: string): string => value.replace(/\p{Cc}/gu, '').toWellFormed();

/** A profile in WeChat's field names, which QQ, Kuaishou and JD share. Fields other than these are dropped. */
export const userInfo = z.object({
  nickName: text(256).optional(),
  avatarUrl: text(2048).optional(),
  /** A number; on Kuaishou it may be text. */
  gender: z.union([z.number(), z.string().max(16)]).optional(),
  language: text(64).optional(),
  city: text(256).optional(),
  province: text(256).optional(),
  country: text(256).optional(),
});
export type UserInfo = z.infer<typeof userInfo>;

/** Reads a profile that only the client vouches for. It is for display, and must not influence any decision. */
export const plainProfile = (profile: Record<string, unknown>): Profile => toProfile(userInfo.parse(profile));

/** First-level fields of a profile, and the hosts' names for them. */
export const userInfoNames = {
  nickname: 'nickName',
  avatar: 'avatarUrl',
  gender: 'gender',
  language: 'language',
  city: 'city',
  province: 'province',
  country: 'country',
} as const;

export const toProfile = (original: UserInfo): Profile => saidProfile(original, userInfoNames);
