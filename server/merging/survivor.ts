import type { Updateable } from 'kysely';
import { type CustomFields, excessOf } from '../accounts/customFields.ts';
import { erasedColumns } from '../accounts/erasedColumns.ts';
import { profileFields } from '../accounts/profiles.ts';
import { mergedFrom } from '../accounts/users.ts';
import { ApiError } from '../errors.ts';
import type { ProfileFields } from '../platforms/platform.ts';
import type { UserRow, UserTable } from '../store/schema.ts';
import { customField, type Side } from './disagreements.ts';
import type { Parties } from './tickets.ts';

/** Columns of a user that a merge has to decide; the others stay as the survivor has them. */
export type ColumnsOfMerge = Required<Omit<Updateable<UserTable>, KeptColumn>>;
type KeptColumn =
  | ('tenant_id' | 'id' | 'created_at' | 'updated_at' | 'is_anonymous' | 'legacy_id' | 'legacy_source')
  | ('state' | 'banned_reason' | 'banned_until' | 'closing_at' | 'merged_into');

/** Columns of the survivor, after the choices of values. */
export function survivorColumns({ mine: { user: mine }, theirs: { user: theirs } }: Parties, sides: ReadonlyMap<string, Side>) {
  const from = (field: string) => (sides.get(field) === 'theirs' ? theirs : mine);
  const profile = Object.fromEntries(profileFields.map((name) => [name, from(name)[name]]));
  const [email, phone] = [from('email'), from('phone')];
  return {
    ...profile,
    username: from('username').username,
    email: email.email,
    email_verified: email.email_verified,
    email_proved: email.email_proved,
    phone: phone.phone,
    phone_verified: phone.phone_verified,
    phone_proved: phone.phone_proved,
    password_hash: from('password').password_hash,
    is_authorized: mine.is_authorized === 1 || theirs.is_authorized === 1 ? 1 : 0,
    fields: JSON.stringify(customFieldsOf(mine, theirs, sides)),
    merged_from: JSON.stringify([...mergedFrom(mine), theirs.id, ...mergedFrom(theirs)]),
  } satisfies Omit<ColumnsOfMerge, keyof ProfileFields>;
}

/** @throws merge_too_large */
function customFieldsOf(mine: UserRow, theirs: UserRow, sides: ReadonlyMap<string, Side>): CustomFields {
  const [own, other]: [CustomFields, CustomFields] = [JSON.parse(mine.fields), JSON.parse(theirs.fields)];
  const taken = Object.entries(other).filter(([name]) => sides.get(customField(name)) === 'theirs');
  const fields = { ...own, ...Object.fromEntries(taken) };
  const excess = excessOf(fields);
  if (excess !== undefined) throw new ApiError('merge_too_large', { detail: { user: mine.id, other: theirs.id } });
  return fields;
}

/** Columns of the merged account: a tombstone without personal data, which points to the user who stays. */
export const tombstoneColumns = (survivorId: number) =>
  ({ ...erasedColumns, state: 'merged', merged_into: survivorId }) satisfies Updateable<UserTable>;
