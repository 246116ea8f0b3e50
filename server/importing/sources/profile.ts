import type { ProfileFields } from '../../platforms/platform.ts';
import { type Fields, textIn } from '../values.ts';

/** The names under which systems and their apps keep a profile. */
const names = new Map<string, 'nickname' | 'avatar' | 'language' | 'city' | 'province' | 'country'>([
  ['nickname', 'nickname'],
  ['nickName', 'nickname'],
  ['avatar', 'avatar'],
  ['avatarUrl', 'avatar'],
  ['language', 'language'],
  ['city', 'city'],
  ['province', 'province'],
  ['country', 'country'],
]);

/** Maximum lengths of the columns. */
export const profileLengths = { nickname: 256, avatar: 2048, language: 64, city: 256, province: 256, country: 256 };

/**
 * Splits fields into the profile and custom fields. A value that does not fit the profile stays a custom field, under a name that custom
 * fields can have.
 */
export function takeProfile(fields: Fields): { profile: ProfileFields; fields: Fields } {
  const profile: ProfileFields = {};
  const rest: Fields = {};
  for (const [name, value] of Object.entries(fields)) {
    const column = names.get(name);
    const text = textIn(value);
    if (column && text !== undefined && text.length <= profileLengths[column] && profile[column] === undefined) profile[column] = text;
    else if (name === 'gender' && typeof value === 'number' && [0, 1, 2].includes(value)) profile.gender = value;
    else if ((column === name || name === 'gender') && value !== null && value !== '') rest[`imported_${name}`] = value;
    else if (column !== name && name !== 'gender') rest[name] = value;
  }
  return { profile, fields: rest };
}
