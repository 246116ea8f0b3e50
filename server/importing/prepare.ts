import * as z from 'zod';
import { excessOf, isCustomFieldName, isStorable, misfit } from '../accounts/customFields.ts';
import { typedAddress } from '../accounts/emailAddress.ts';
import { normalizeLoginName } from '../accounts/loginNames.ts';
import { canonicalPhone } from '../accounts/phoneNumber.ts';
import { profileFields } from '../accounts/profiles.ts';
import type { ImportedHash } from '../importedPasswords/importedHash.ts';
import { type Recipe, recipe } from '../importedPasswords/recipes.ts';
import type { LoginName, LoginNameKind, ProvableKind } from '../store/schema.ts';
import {
  type Droppable,
  type ImportedIdentity,
  type ImportedName,
  type ImportedUser,
  type Problem,
  RefusedRecord,
  recordOf,
} from './importedUser.ts';
import { profileLengths } from './sources/profile.ts';

/** A name in the form in which it is compared. */
export interface Name<Kind extends LoginNameKind = LoginNameKind> {
  kind: Kind;
  value: LoginName;
}

/** An address or number as the user's row has it. */
export interface Address {
  value: LoginName;
  verified: boolean;
  proved?: LoginName | undefined;
}

/** A user whose texts are normalised, with the problems of those that could not be. */
export interface PreparedUser {
  user: ImportedUser;
  username: LoginName | undefined;
  addresses: Partial<Record<ProvableKind, Address>>;
  problems: Problem[];
}

/** Limits of the columns. */
const longest = { id: 128, openid: 128, username: 64, address: 254, recipe: 2048 };
const isId = (text: string): boolean => text.length <= longest.id && /^[^,\s\p{Cc}]+$/u.test(text) && isStorable(text);
/** Usernames that the contract accepts at a login (schema `Username`). */
const isUsername = (text: string): boolean =>
  text.length <= longest.username &&
  /^\P{Cc}+$/u.test(text) &&
  isStorable(text) &&
  /^[^@]*[^@\s][^@]*$/.test(normalizeLoginName('username', text));
const isAddress = (text: string): boolean => text.length <= longest.address && z.regexes.email.test(text);

/**
 * Normalises a user's names and looks for everything that this server cannot store or would not accept. Names and identities that the
 * database could not even look up are left out.
 *
 * @throws RefusedRecord if the id cannot be stored
 */
export async function prepareUser(user: ImportedUser): Promise<PreparedUser> {
  if (![user, ...(user.merged ?? [])].every(({ legacyId }) => isId(legacyId)))
    throw new RefusedRecord('has an id that is too long, or holds a comma or a space');
  const problems = [...user.problems];
  const username = readUsername(user, problems);
  const [email, phone] = [await readAddress('email', user.email, problems), await readAddress('phone', user.phone, problems)];
  refuseProfile(user, problems);
  refuseFields(user, problems);
  const identities = user.identities.filter((identity) => isFit(identity, problems));
  if (user.password) refusePassword(user.password, problems);
  return {
    user: { ...user, username, identities },
    username: username === undefined ? undefined : normalizeLoginName('username', username),
    addresses: { ...(email && { email }), ...(phone && { phone }) },
    problems,
  };
}

function readUsername(user: ImportedUser, problems: Problem[]): string | undefined {
  const username = user.username?.trim();
  if (username === undefined || isUsername(username)) return username;
  return void problems.push({ kind: 'username', about: username, reason: 'cannot be a username here' });
}

async function readAddress(kind: ProvableKind, given: ImportedName | undefined, problems: Problem[]): Promise<Address | undefined> {
  if (!given) return undefined;
  const [value, proved] = [
    await canonical(kind, given.value),
    given.proved === undefined ? undefined : await canonical(kind, given.proved),
  ];
  if (value !== undefined) return { value, verified: given.verified, proved: given.verified ? undefined : proved };
  problems.push({ kind, about: given.value, reason: kind === 'phone' ? 'is not a possible phone number' : 'is not an e-mail address' });
  return undefined;
}

async function canonical(kind: ProvableKind, text: string): Promise<LoginName | undefined> {
  if (kind === 'phone') return canonicalPhone(text);
  const address = typedAddress(text);
  return isAddress(address) ? normalizeLoginName('email', address) : undefined;
}

function refuseProfile({ profile }: ImportedUser, problems: Problem[]): void {
  for (const name of profileFields) {
    const value = profile[name];
    if (typeof value !== 'string' || name === 'gender') continue;
    if (value.length <= profileLengths[name] && isStorable(value)) continue;
    problems.push({ kind: 'profile', about: name, reason: 'is too long, or holds a character that cannot be stored' });
  }
}

function refuseFields({ fields }: ImportedUser, problems: Problem[]): void {
  for (const [name, value] of Object.entries(fields)) {
    const reason = isCustomFieldName(name) ? misfit(value) : 'is not a valid name of a custom field';
    if (reason !== undefined) problems.push({ kind: 'field', about: name, reason });
  }
  const excess = excessOf(fields);
  if (excess !== undefined) problems.push({ kind: 'field', reason: excess });
}

function isFit({ platform, platformAppId, openid, unionid = '', profile = {} }: ImportedIdentity, problems: Problem[]): boolean {
  const ids = [platformAppId, openid, unionid];
  const isStored = ids.every((id) => id.length <= longest.openid && isStorable(id));
  const reason = isStored ? misfit(profile) : 'has an openid that is too long, or cannot be stored';
  if (reason !== undefined) problems.push({ kind: 'identity', about: `${platform} ${platformAppId}`, reason });
  return reason === undefined;
}

function refusePassword({ recipe: own }: ImportedHash, problems: Problem[]): void {
  if (!isAllowed(own)) problems.push({ kind: 'password', reason: 'costs more to verify than is allowed' });
  else if (Buffer.byteLength(JSON.stringify(own)) > longest.recipe)
    problems.push({ kind: 'password', reason: 'has a recipe that is too long' });
}

/** Whether a hash costs no more than is allowed. Sources make cheap digests only, or have validated them. */
const isAllowed = (own: Recipe): boolean => own.algorithm === 'digest' || recipe.safeParse(own).success;

/** Removes from a user what a problem is about. */
export function withoutPart(prepared: PreparedUser, { kind, about }: Problem & { kind: Droppable }): PreparedUser {
  const { user, addresses } = prepared;
  switch (kind) {
    case 'id':
      return { ...prepared, user: { ...user, wantedId: undefined } };
    case 'username':
      return { ...prepared, username: undefined, user: { ...user, username: undefined } };
    case 'email':
    case 'phone': {
      const { [kind]: _dropped, ...others } = addresses;
      return { ...prepared, addresses: others };
    }
    case 'identity':
      return {
        ...prepared,
        user: { ...user, identities: user.identities.filter(({ platform, openid }) => ![platform, openid].includes(about ?? '')) },
      };
    case 'password':
      return { ...prepared, user: { ...user, password: undefined } };
    case 'profile':
      return { ...prepared, user: { ...user, profile: { ...user.profile, [about ?? '']: undefined } } };
    case 'field': {
      const { [about ?? '']: _field, ...others } = user.fields;
      return { ...prepared, user: { ...user, fields: about === undefined ? {} : others } };
    }
    case 'session':
      return { ...prepared, user: { ...user, sessions: [] } };
    case 'merged':
      return { ...prepared, user: { ...user, merged: user.merged?.filter((account) => recordOf(account) !== about) } };
  }
}
