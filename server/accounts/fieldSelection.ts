import type { components } from '../../generated/types.ts';
import { invalidField } from '../errors.ts';
import { isCustomFieldName } from './customFields.ts';

type User = components['schemas']['User'];

/** Fields of every user that others may see. */
const publicNames = ['id', 'nickname', 'avatar'];
/** Fields of one's own record that look unlike custom fields. */
const ownNames =
  /^(id|user_id|created_at|created_by|updated_at|nickname|avatar|gender|language|city|province|country|openid|unionid|is_authorized|_username|_email|_email_verified|_phone|_phone_verified|_anonymous|_closing_at|_provider)$/;

const namesIn = (keys: string): string[] => keys.split(',').map((name) => name.replace(/^-/, ''));

/**
 * @param keys names joined with commas (parameter `Keys`)
 * @throws request_invalid for a field that no list shows
 */
export function requirePublicKeys(keys: string, publicFields: readonly string[]): void {
  const known = [...publicNames, ...publicFields];
  const unknown = namesIn(keys).find((name) => !known.includes(name));
  if (unknown !== undefined) throw refuse(`${unknown} is not public, only ${known.join(', ')}`);
}

/** @throws request_invalid for a name that is no field of any user */
export function requireKnownKeys(keys: string): void {
  const unknown = namesIn(keys).find((name) => !ownNames.test(name) && !isCustomFieldName(name));
  if (unknown !== undefined) throw refuse(`${unknown} is not a field of a user`);
}

/**
 * A user with the fields that are wanted, or without those that are not; whole if `keys` says both. The id always stays, because clients
 * cannot do without it.
 *
 * @param keys names joined with commas, `-` in front of unwanted ones (parameter `Keys`)
 */
export function selectFields<T extends User>(user: T, keys: string): User {
  const names = keys.split(',');
  const unwanted = names.filter((name) => name.startsWith('-'));
  if (unwanted.length > 0 && unwanted.length < names.length) return user;
  const isShown = (name: string) => name === 'id' || (unwanted.length > 0 ? !unwanted.includes(`-${name}`) : names.includes(name));
  return { ...Object.fromEntries(Object.entries(user).filter(([name]) => isShown(name))), id: user.id };
}

const refuse = (message: string) => invalidField('/query/keys', message);
