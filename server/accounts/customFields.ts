import { invalidField } from '../errors.ts';
import { isOperation, operate } from './fieldOperators.ts';

/** What an app keeps of a user beside the profile: any JSON, by name. */
export type CustomFields = Record<string, unknown>;

/** How much a user's custom fields may hold (operation `updateUser`). */
const mostFields = 100;
const mostBytes = 16 * 1024;
const mostNesting = 5;

/** Names that look like a custom field's and are the profile's, the server's or a session's. */
const ownNames = new Set(
  `id user_id created_at created_by updated_at nickname avatar gender language city province country openid unionid is_authorized
  token expires_in`.split(/\s+/),
);

export const isCustomFieldName = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name) && !ownNames.has(name);

/** Whether every database can keep a text: PostgreSQL has no NUL and no half of a surrogate pair. */
export const isKeepable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/**
 * Custom fields after a change: null removes a field, an operator changes what it holds, anything else is what it holds from now on.
 *
 * @throws request_invalid, which names the field
 */
export function changeCustomFields(fields: CustomFields, change: CustomFields): CustomFields {
  const changed = new Map(Object.entries(fields));
  for (const [name, value] of Object.entries(change)) {
    if (!isCustomFieldName(name)) throw refuse(name, 'is not a name of a custom field: a letter and up to 63 more letters, digits or _');
    if (value === null) {
      changed.delete(name);
      continue;
    }
    const result = isOperation(value) ? operate(changed.get(name), value) : { value };
    const problem = result.problem ?? misfit(result.value, 0);
    if (problem !== undefined) throw refuse(name, problem);
    changed.set(name, result.value);
  }
  const kept = Object.fromEntries(changed);
  const last = Object.keys(change).at(-1) ?? '';
  if (changed.size > mostFields) throw refuse(last, `is more than the ${mostFields} custom fields that a user may have`);
  const bytes = Buffer.byteLength(JSON.stringify(kept));
  if (bytes > mostBytes) throw refuse(last, `makes the custom fields more than ${mostBytes} bytes of JSON`);
  return kept;
}

/** What is wrong with a value to keep, if anything. */
function misfit(value: unknown, nesting: number): string | undefined {
  if (typeof value === 'string') return isKeepable(value) ? undefined : 'holds a character that cannot be kept';
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'holds a number that is too large';
  if (typeof value !== 'object' || value === null) return undefined;
  if (nesting === mostNesting) return `has more than ${mostNesting} arrays or objects in one another`;
  for (const [key, item] of Object.entries(value)) {
    const problem = misfit(key, nesting) ?? misfit(item, nesting + 1);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const refuse = (name: string, message: string) => invalidField(`/body/${name}`, message);
