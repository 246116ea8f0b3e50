import { invalidField } from '../errors.ts';
import { isOperation, operate } from './fieldOperators.ts';

/** An app's own fields of a user: any JSON, by name. */
export type CustomFields = Record<string, unknown>;

/** How much a user's custom fields may hold (operation `updateUser`). */
const mostFields = 100;
const mostBytes = 16 * 1024;
const mostNesting = 5;

/** Names that answers use next to custom fields, for the profile, the session or the account. */
const ownNames = new Set(
  `id user_id created_at created_by updated_at nickname avatar gender language city province country openid unionid is_authorized
  token expires_in username email email_verified phone phone_verified`.split(/\s+/),
);

export const isCustomFieldName = (name: string): boolean => /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name) && !ownNames.has(name);

/** Whether every database can store a text: PostgreSQL has no NUL and no lone surrogate. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/**
 * Custom fields after a change: an operator changes what a field holds, anything else, null too, is what it holds from now on.
 *
 * @param removed names of fields that are gone afterwards
 * @throws request_invalid, which names the field
 */
export function changeCustomFields(fields: CustomFields, change: CustomFields, removed: readonly string[] = []): CustomFields {
  const changed = new Map(Object.entries(fields));
  for (const name of [...Object.keys(change), ...removed]) {
    // A field of a name that was free once may go.
    const isLeftOver = changed.has(name) && removed.includes(name);
    if (!isCustomFieldName(name) && !isLeftOver)
      throw refuse(name, 'is not a name of a custom field: a letter and up to 63 more letters, digits or _');
  }
  for (const [name, value] of Object.entries(change)) {
    // Before the operator is applied: its operand may be no deeper than a stored value.
    const unfit = misfit(isOperation(value) ? Object.values(value)[0] : value);
    if (unfit !== undefined) throw refuse(name, unfit);
    const result = isOperation(value) ? operate(changed.get(name), value) : { value };
    const problem = result.problem ?? misfit(result.value);
    if (problem !== undefined) throw refuse(name, problem);
    changed.set(name, result.value);
  }
  for (const name of removed) changed.delete(name);
  const kept = Object.fromEntries(changed);
  const last = Object.keys(change).at(-1) ?? '';
  if (changed.size > mostFields) throw refuse(last, `is more than the ${mostFields} custom fields that a user may have`);
  const bytes = Buffer.byteLength(JSON.stringify(kept));
  if (bytes > mostBytes) throw refuse(last, `makes the custom fields more than ${mostBytes} bytes of JSON`);
  return kept;
}

/** The reason why a value cannot be stored, or compared with a stored one, if there is any. */
export function misfit(value: unknown, nesting = 0): string | undefined {
  if (typeof value === 'string') return isStorable(value) ? undefined : 'holds a character that cannot be kept';
  if (typeof value === 'number') return misfitNumber(value);
  if (typeof value !== 'object' || value === null) return undefined;
  if (nesting === mostNesting) return `has more than ${mostNesting} arrays or objects in one another`;
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
  return isExact ? undefined : 'holds a whole number past 2^53-1: send it as text';
}

const refuse = (name: string, message: string) => invalidField(`/body/${name}`, message);
