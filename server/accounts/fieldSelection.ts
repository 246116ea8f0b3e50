import type { components } from '../../generated/types.ts';
import { invalidField } from '../errors.ts';
import { isCustomFieldName } from './customFields.ts';

type User = components['schemas']['User'];

/** Fields of every user that others may see. */
const publicNames = ['id', 'nickname', 'avatar'];
/** Built-in fields of a user's own record: a field of the contract that is missing here does not compile. */
const ownFields = {
  id: true,
  user_id: true,
  created_at: true,
  created_by: true,
  updated_at: true,
  nickname: true,
  avatar: true,
  gender: true,
  language: true,
  city: true,
  province: true,
  country: true,
  openid: true,
  unionid: true,
  is_authorized: true,
  _username: true,
  _email: true,
  _email_verified: true,
  _email_proved: true,
  _phone: true,
  _phone_verified: true,
  _phone_proved: true,
  _anonymous: true,
  _closing_at: true,
  _legacy_id: true,
  _legacy_source: true,
  merged_from: true,
  _provider: true,
} as const satisfies Record<Declared<User>, true>;
/** The declared fields of a schema that allows others. */
type Declared<T> = keyof { [Name in keyof T as string extends Name ? never : Name]: true };

const namesIn = (keys: string): string[] => keys.split(',').map((name) => name.replace(/^-/, ''));

/**
 * Validates the fields that a list of users may show.
 *
 * @param keys names joined with commas (parameter `Keys`)
 * @throws request_invalid for a field that is not public
 */
export function requirePublicKeys(keys: string, publicFields: readonly string[]): void {
  const known = [...publicNames, ...publicFields];
  const unknown = namesIn(keys).find((name) => !known.includes(name));
  if (unknown !== undefined) throw refuse(`${unknown} is not public; public fields are ${known.join(', ')}`);
}

/** @throws request_invalid for a name that cannot be a field of a user */
export function requireKnownKeys(keys: string): void {
  const unknown = namesIn(keys).find((name) => !Object.hasOwn(ownFields, name) && !isCustomFieldName(name));
  if (unknown !== undefined) throw refuse(`${unknown} is not a field of a user`);
}

/**
 * Selects the listed fields of a user, or all but the excluded ones; all fields if `keys` has both kinds. The id is always included,
 * because clients need it.
 *
 * @param keys names joined with commas, with a leading `-` to exclude (parameter `Keys`)
 */
export function selectFields<T extends User>(user: T, keys: string): User {
  const names = keys.split(',');
  const unwanted = names.filter((name) => name.startsWith('-'));
  if (unwanted.length > 0 && unwanted.length < names.length) return user;
  const isShown = (name: string) => name === 'id' || (unwanted.length > 0 ? !unwanted.includes(`-${name}`) : names.includes(name));
  return { ...Object.fromEntries(Object.entries(user).filter(([name]) => isShown(name))), id: user.id };
}

const refuse = (message: string) => invalidField('/query/keys', message);
