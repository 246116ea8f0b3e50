import { ApiError, type ErrorCode, invalidField } from '../errors.ts';
import { lockKeys } from '../store/lockKeys.ts';
import type { LoginNameKind, ProvableKind } from '../store/schema.ts';
import { isUniqueViolation } from '../store/store.ts';
import type { TenantRows, Transaction } from '../store/tenant.ts';

/** What the column holds, in characters. */
const longest = 254;

export const taken = { username: 'username_taken', email: 'email_taken', phone: 'phone_taken' } satisfies Record<LoginNameKind, ErrorCode>;

/**
 * A name in the form that compares: usernames are unique without regard to case or to Unicode's compatible spellings, e-mail addresses
 * are lower-cased (docs/protocol.md, Sessions and users), and a phone number names its country with a `+` unless it is a mainland one.
 */
export function comparable(kind: LoginNameKind, value: string): string {
  if (kind === 'username') return foldCase(oneSpace(value).normalize('NFKC')).normalize('NFKC');
  if (kind === 'email') return value.toLowerCase();
  // Senders of SMS take all of these for the same number.
  return value.replace(/^(\+?00)+/, '+').replace(/^\+?86(?=1\d{10}$)/, '');
}

/** Nobody sees how many spaces there are, nor whether an emoji asks to be drawn as one. */
const oneSpace = (text: string) => text.replaceAll(/\s+/gu, ' ').replaceAll(/[\ufe0e\ufe0f]/g, '');

/** By way of upper case, where `ß` is `SS`, `ς` is `Σ` and `ı` is `I`; the dot of `İ` is left over as a character of its own. */
const foldCase = (text: string) => text.toLowerCase().toUpperCase().toLowerCase().replaceAll('i\u0307', 'i');

/** A name as the user's own column keeps it: a username as it was written. */
export const asKept = (kind: LoginNameKind, value: string): string => (kind === 'username' ? value : comparable(kind, value));

/** Whose login name it is: who has a username, or has proved an address or number. */
export async function findByLoginName({ id, store }: TenantRows, kind: LoginNameKind, value: string): Promise<number | undefined> {
  const row = await store
    .selectFrom('login_names')
    .select('user_id')
    .where('tenant_id', '=', id)
    .where('kind', '=', kind)
    .where('value', '=', comparable(kind, value))
    .executeTakeFirst();
  return row?.user_id;
}

/** Who has proved that an address or number is theirs. */
export const findVerifiedOwner = (tenant: TenantRows, kind: ProvableKind, value: string): Promise<number | undefined> =>
  findByLoginName(tenant, kind, value);

/** Has transactions that claim or prove the same address or number run one after the other. */
export const lockNames = (tx: Transaction, names: readonly { kind: ProvableKind; value: string }[]): Promise<void> =>
  lockKeys(tx, ...names.map(({ kind, value }) => `${kind} ${comparable(kind, value)}`));

/**
 * Gives a user a name to log in with. The user's own column for it is the caller's to write, in the same transaction.
 *
 * @throws username_taken, email_taken or phone_taken where somebody has it; request_invalid where its form that compares is too long
 */
export async function takeLoginName(tx: Transaction, userId: number, kind: LoginNameKind, value: string): Promise<void> {
  const name = toLoginName(kind, value);
  const owner = await findByLoginName(tx, kind, name);
  const detail = { user: userId, owner };
  if (owner !== undefined) throw new ApiError(taken[kind], { detail });
  try {
    await tx.store.insertInto('login_names').values({ tenant_id: tx.id, kind, value: name, user_id: userId }).execute();
  } catch (error) {
    // Without its cause, because PostgreSQL quotes the name and errors are logged. The next attempt finds the owner.
    throw isUniqueViolation(error) ? new ApiError(taken[kind], { detail }) : error;
  }
}

/**
 * A name in the form that compares, for whoever wants to have it.
 *
 * @throws request_invalid where that form is too long, or people would take it for another one
 */
export function toLoginName(kind: LoginNameKind, value: string): string {
  const compared = comparable(kind, value);
  if (compared.length > longest) {
    // A username of some scripts grows up to eighteenfold in the form that compares.
    throw invalidField(`/body/${kind}`, 'is too long; use fewer unusual letters');
  }
  if (kind === 'username') refuseLookalike(value);
  return compared;
}

/** Invisible, bidi-control, private-use and unassigned characters, separators of lines, and the blank of Braille. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\u2800]/u;

/** Marks without a letter below, or more than any language puts on one (Unicode Technical Standard 39, section 5.4). */
const strayMarks = /^\p{M}|\p{Mn}{5}/u;

/** Alphabets with letters that look like each other's. */
const alphabets = ['Latin', 'Greek', 'Cyrillic', 'Armenian', 'Cherokee', 'Coptic', 'Lisu'].map(
  (name) => new RegExp(`\\p{Script=${name}}`, 'u'),
);

/** @throws request_invalid for a username that people would take for another one (Unicode Technical Standard 39) */
function refuseLookalike(username: string): void {
  const refuse = (problem: string) => invalidField('/body/username', problem);
  // A heart or a family is drawn with characters that nobody sees.
  if (unseen.test(username.replaceAll(/\p{RGI_Emoji}/gv, ''))) throw refuse('holds a character that cannot be seen or is not assigned');
  if (strayMarks.test(username.normalize('NFD'))) throw refuse('holds accents without a letter, or too many on one');
  if (comparable('username', username).includes('@')) throw refuse('holds an @, as e-mail addresses do');
  if (alphabets.filter((alphabet) => alphabet.test(username)).length > 1) throw refuse('mixes alphabets that look alike');
}

export async function dropLoginName({ id, store }: Transaction, userId: number, kind: LoginNameKind): Promise<void> {
  await store.deleteFrom('login_names').where('tenant_id', '=', id).where('user_id', '=', userId).where('kind', '=', kind).execute();
}
