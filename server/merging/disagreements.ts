import { verifiedOf } from '../accounts/claims.ts';
import { normalizeLoginName } from '../accounts/loginNames.ts';
import { isAssigned, profileFields } from '../accounts/profiles.ts';
import { canonicalJson } from '../accounts/sameJson.ts';
import { ApiError } from '../errors.ts';
import { type IdentityRow, type ProvableKind, provableKinds, type UserRow } from '../store/schema.ts';
import type { Parties } from './tickets.ts';

/** The account whose value is kept. */
export type Side = 'mine' | 'theirs';
export type Choices = Readonly<Record<string, Side>>;
/** The account whose value is kept, by field (schema `MergeField`); undefined if the person must choose. */
export type Sides = Map<string, Side | undefined>;

/** Maximum number of errors in an answer (schema `ApiError`). */
const mostErrors = 100;

export const identityField = ({ platform, platform_app_id }: Pick<IdentityRow, 'platform' | 'platform_app_id'>) =>
  `identities.${platform}.${platform_app_id}`;
export const customField = (name: string) => `fields.${name}`;

/** Decides for each field that either account has whose value is kept. */
export function compareAccounts({ mine, theirs }: Parties): Sides {
  const sides: Sides = new Map();
  const [a, b] = [mine.user, theirs.user];
  const compare = (field: string, hasMine: boolean, hasTheirs: boolean, same = false) => {
    if (hasMine || hasTheirs) sides.set(field, hasMine && hasTheirs && !same ? undefined : hasMine ? 'mine' : 'theirs');
  };
  compare('username', a.username !== null, b.username !== null);
  for (const kind of provableKinds) sides.set(kind, compareProvable(a, b, kind));
  compare('password', a.password_hash !== null, b.password_hash !== null);
  for (const name of profileFields) compare(name, isAssigned(name, a[name]), isAssigned(name, b[name]), a[name] === b[name]);
  for (const row of [...mine.identities, ...theirs.identities]) {
    const field = identityField(row);
    const isIn = (rows: IdentityRow[]) => rows.some((other) => identityField(other) === field);
    compare(field, isIn(mine.identities), isIn(theirs.identities));
  }
  const [ours, others]: Record<string, unknown>[] = [JSON.parse(a.fields), JSON.parse(b.fields)];
  for (const name of new Set([...Object.keys(ours ?? {}), ...Object.keys(others ?? {})])) {
    const [has, hasOther] = [Object.hasOwn(ours ?? {}, name), Object.hasOwn(others ?? {}, name)];
    compare(customField(name), has, hasOther, canonicalJson(ours?.[name]) === canonicalJson(others?.[name]));
  }
  return sides;
}

/** An address or number that both show is no disagreement: it belongs to the account that has verified it. */
function compareProvable(mine: UserRow, theirs: UserRow, kind: ProvableKind): Side | undefined {
  if (theirs[kind] === null) return 'mine';
  if (mine[kind] === null) return 'theirs';
  const [verified, other] = [verifiedOf(mine, kind), verifiedOf(theirs, kind)];
  const isSame = normalizeLoginName(kind, mine[kind]) === normalizeLoginName(kind, theirs[kind]);
  if (!isSame || (verified !== null && other !== null)) return undefined;
  return other === null ? 'mine' : 'theirs';
}

/** The fields that need a choice. */
export const conflictsIn = (sides: Sides): string[] => [...sides].flatMap(([field, side]) => (side === undefined ? [field] : []));

/** @throws merge_choice_missing, which names the fields */
export function settle(sides: Sides, choices: Choices): Map<string, Side> {
  const missing = conflictsIn(sides).filter((field) => !Object.hasOwn(choices, field));
  if (missing.length > 0) {
    const errors = missing
      .slice(0, mostErrors)
      .map((field) => ({ path: `/body/choices/${field}`, message: 'must be mine or theirs, because both accounts have a value' }));
    throw new ApiError('merge_choice_missing', { errors });
  }
  return new Map([...sides].map(([field, side]) => [field, side ?? choices[field] ?? 'mine']));
}
