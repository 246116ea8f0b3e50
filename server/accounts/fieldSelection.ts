import type { components } from '../../generated/types.ts';
import { invalidField } from '../errors.ts';
import { isCustomFieldName } from './customFields.ts';

type User = components['schemas']['User'];

/** Fields of every user that others may see. */
const publicNames = ['id', 'nickname', 'avatar'];
/** Built-in fields of a user's own record. */
const ownNames =
  /^(id|user_id|created_at|created_by|updated_at|nickname|avatar|gender|language|city|province|country|openid|unionid|is_authorized|_username|_email|_email_verified|_phone|_phone_verified|_anonymous|_closing_at|_legacy_id|_legacy_source|merged_from|_provider)$/;

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
  const unknown = namesIn(keys).find((name) => !ownNames.test(name) && !isCustomFieldName(name));
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
