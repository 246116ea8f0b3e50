import { invalidField } from '../errors.ts';
import { isOperation, operate } from './fieldOperators.ts';

/** Fields that an app defines for its users: any JSON, by name. */
export type CustomFields = Record<string, unknown>;

/** Limits of a user's custom fields (operation `updateUser`). */
const maxFields = 100;
const maxBytes = 16 * 1024;
const maxNesting = 5;

/** Names of fields that responses hold next to custom fields. */
const builtInNames = new Set(
  `id user_id created_at created_by updated_at nickname avatar gender language city province country openid unionid is_authorized
  token expires_in username email email_verified phone phone_verified merged_from`.split(/\s+/),
);

export const isCustomFieldName = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name) && !builtInNames.has(name);

/** Whether every database can store a text: PostgreSQL has no NUL and no lone surrogate. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/**
 * Applies a change to custom fields. An operator modifies a field's value; any other value, including null, replaces it.
 *
 * @param removed names of fields to remove
 * @throws request_invalid, which names the field
 */
export function changeCustomFields(fields: CustomFields, change: CustomFields, removed: readonly string[] = []): CustomFields {
  const changed = new Map(Object.entries(fields));
  for (const name of [...Object.keys(change), ...removed]) {
    // A stored field may be removed even if its name is reserved by now.
    const isLeftOver = changed.has(name) && removed.includes(name);
    if (!isCustomFieldName(name) && !isLeftOver)
      throw refuse(name, 'is not a name of a custom field: a letter and up to 63 more letters, digits or _');
  }
  for (const [name, value] of Object.entries(change)) {
    // Checks the operand first: operators recurse, so it may be nested no deeper than a stored value.
    const unfit = misfit(isOperation(value) ? Object.values(value)[0] : value);
    if (unfit !== undefined) throw refuse(name, unfit);
    const result = isOperation(value) ? operate(changed.get(name), value) : { value };
    const problem = result.problem ?? misfit(result.value);
    if (problem !== undefined) throw refuse(name, problem);
    changed.set(name, result.value);
  }
  for (const name of removed) changed.delete(name);
  const result = Object.fromEntries(changed);
  const excess = excessOf(result);
  if (excess !== undefined) throw refuse(Object.keys(change).at(-1) ?? '', excess);
  return result;
}

/** @returns the reason why custom fields are too many or too large; undefined if they are not */
export function excessOf(fields: CustomFields): string | undefined {
  if (Object.keys(fields).length > maxFields) return `is more than the ${maxFields} custom fields that a user may have`;
  return Buffer.byteLength(JSON.stringify(fields)) > maxBytes ? `makes the custom fields larger than ${maxBytes} bytes of JSON` : undefined;
}

/** @returns the reason why a value cannot be stored, or compared with a stored one; undefined if it can */
export function misfit(value: unknown, nesting = 0): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : 'holds a character that cannot be stored';
  if (typeof value === 'number') return misfitNumber(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (nesting === maxNesting) return `is nested more than ${maxNesting} levels deep`;
  for (const [key, item] of Object.entries(value)) {
    const problem = misfit(key, nesting) ?? misfit(item, nesting + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Larger integers lose precision in JavaScript, and so in every client. */
function misfitNumber(value: number): string | undefined {
  if (!Number.isFinite(value)) return 'holds a number that is too large';
  const isExact = Number.isSafeInteger(value) || !Number.isInteger(value);
  return isExact ? undefined : 'holds an integer above 2^53-1: send it as a string';
}

const refuse = (name: string, message: string) => invalidField(`/body/${name}`, message);
