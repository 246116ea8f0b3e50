import type { Profile, ProfileFields } from './platform.ts';

/**
 * Placeholder names that hosts return for people who do not share their name. WeChat: for everyone since 2022-11-08 (announcement
 * 00022c683e8a80b29bed2142b56c01). Baidu: for people who decline or are logged out (swan.getUserInfo). The others document none; these are
 * the names that their own pages show.
 */
export const placeholderNames: readonly string[] = ['微信用户', '百度网友', 'QQ用户', '快手用户', '京东用户', '抖音用户', '小红书用户'];

/** Parts of the URLs of WeChat's grey default avatar, on any host and in any size; the second is from `chooseAvatar`. */
export const placeholderPictures: readonly string[] = [
  'POgEwh4mIHO4nibH0KlMECNjjGxQUq24ZEaGT4poC6icRiccVGKSyXwibcPq4BWmiaIGuG1icwxaQX6grC9VemZoJ8rg',
  'icTdbqWNOwNRna42FI242Lcia07jQodd2FJGIYQfG0LAJGFxM4FbnQP6yfMxBgJ0F3YRqJCJ1aPAK2dQagdusBZg',
];

/** Genders. Kuaishou's games use M and F, Alipay m and f. */
const genders = new Map([
  ['1', 1],
  ['2', 2],
  ['M', 1],
  ['F', 2],
  ['m', 1],
  ['f', 2],
]);

/** The platform's name of each profile field. */
export type OwnNames = Partial<Record<keyof ProfileFields, string>>;

/**
 * Drops empty values of a profile: empty text, gender 0, placeholder name and avatar. They must not overwrite a value or count as assigned.
 */
export function saidProfile(original: Record<string, unknown>, names: OwnNames): Profile {
  const isAnonymous = isPlaceholderName(original[names.nickname ?? '']);
  const fields = Object.fromEntries(
    Object.entries(names).flatMap(([field, name]) => {
      const value = isAnonymous && (field === 'nickname' || field === 'avatar') ? undefined : readField(field, original[name]);
      return value === undefined ? [] : [[field, value]];
    }),
  );
  const dropped = new Set(Object.entries(names).flatMap(([field, name]) => (field in fields ? [] : [name])));
  return { original: Object.fromEntries(Object.entries(original).filter(([name]) => !dropped.has(name))), fields };
}

const isPlaceholderName = (value: unknown): boolean => typeof value === 'string' && placeholderNames.includes(value.trim());

function readField(field: string, value: unknown): string | number | undefined {
  if (field === 'gender') return genders.get(String(value));
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  return field === 'avatar' ? readPicture(value) : value;
}

/** Completes an avatar's URL: some hosts omit the scheme. */
function readPicture(value: string): string | undefined {
  const address = value.startsWith('//') ? `https:${value}` : value;
  const isPicture = /^https?:\/\//i.test(address) && !placeholderPictures.some((part) => address.includes(part));
  return isPicture ? address : undefined;
}

/** Whether a profile identifies a person. A language alone does not, because WeChat sends one with its placeholder. */
export const saysWho = ({ language: _language, ...fields }: ProfileFields): boolean =>
  Object.values(fields).some((value) => value !== undefined);
