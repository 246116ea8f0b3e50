import { ApiError, type ErrorCode, invalidField } from '../errors.ts';
import { lockKeys } from '../store/lockKeys.ts';
import type { LoginName, LoginNameKind, ProvableKind } from '../store/schema.ts';
import { isUniqueViolation } from '../store/store.ts';
import type { TenantRows, Transaction } from '../store/tenant.ts';

/** Maximum length of the column. */
const longest = 254;

export const taken = { username: 'username_taken', email: 'email_taken', phone: 'phone_taken' } satisfies Record<LoginNameKind, ErrorCode>;

/**
 * Normalises a login name. Usernames are unique without regard to case or to Unicode's compatible spellings, e-mail addresses are
 * lower-cased (docs/protocol.md, Sessions and users). Phone numbers are canonical already (`canonicalPhone`).
 */
export function normalizeLoginName(kind: LoginNameKind, value: string): LoginName {
  if (kind === 'username') return foldCase(oneSpace(value).normalize('NFKC')).normalize('NFKC') as LoginName;
  return (kind === 'email' ? value.toLowerCase() : value) as LoginName;
}

/** Collapses spaces and drops variation selectors, which readers do not see. */
const oneSpace = (text: string) => text.replaceAll(/\s+/gu, ' ').replaceAll(/[\ufe0e\ufe0f]/g, '');

/** Folds case through upper case, which maps `ß` to `SS`, `ς` to `Σ` and `ı` to `I`; `İ` leaves a combining dot. */
const foldCase = (text: string) => text.toLowerCase().toUpperCase().toLowerCase().replaceAll('i\u0307', 'i');

/** Finds the user who has a username, or has verified an address or number. */
export async function findByLoginName({ id, store }: TenantRows, kind: LoginNameKind, name: LoginName): Promise<number | undefined> {
  const row = await store
    .selectFrom('login_names')
    .select('user_id')
    .where('tenant_id', '=', id)
    .where('kind', '=', kind)
    .where('value', '=', name)
    .executeTakeFirst();
  return row?.user_id;
}

/** Finds the user who has verified an address or number. */
export const findVerifiedOwner = (tenant: TenantRows, kind: ProvableKind, name: LoginName): Promise<number | undefined> =>
  findByLoginName(tenant, kind, name);

/** Serialises transactions that claim or verify the same address or number. */
export const lockNames = (tx: Transaction, names: readonly { kind: ProvableKind; value: LoginName }[]): Promise<void> =>
  lockKeys(tx, ...names.map(nameKey));

export const nameKey = ({ kind, value }: { kind: ProvableKind; value: LoginName }) => `${kind} ${value}`;

/**
 * Reserves a login name for a user. The caller writes it to the user's row, in the same transaction.
 *
 * @throws username_taken, email_taken or phone_taken if another user has it
 */
export async function takeLoginName(tx: Transaction, userId: number, kind: LoginNameKind, name: LoginName): Promise<void> {
  const owner = await findByLoginName(tx, kind, name);
  const detail = { user: userId, owner };
  if (owner !== undefined) throw new ApiError(taken[kind], { detail });
  try {
    await tx.store.insertInto('login_names').values({ tenant_id: tx.id, kind, value: name, user_id: userId }).execute();
  } catch (error) {
    // Without the cause, because PostgreSQL quotes the name and errors are logged.
    throw isUniqueViolation(error) ? new ApiError(taken[kind], { detail }) : error;
  }
}

/**
 * Normalises a new login name.
 *
 * @throws request_invalid if its normal form is too long, or it looks like another name
 */
export function newLoginName(kind: LoginNameKind, value: string): LoginName {
  const name = normalizeLoginName(kind, value);
  if (name.length > longest) {
    // NFKC makes usernames in some scripts up to eighteen times as long.
    throw invalidField(`/body/${kind}`, 'is too long; use fewer unusual letters');
  }
  if (kind === 'username') refuseLookalike(value);
  return name;
}

/** Invisible, bidi-control, private-use and unassigned characters, line separators, and the blank Braille pattern. */
const unseen = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\u2800]/u;

/** Combining marks without a base letter, or more on one letter than any language uses (Unicode Technical Standard 39, section 5.4). */
const strayMarks = /^\p{M}|\p{Mn}{5}/u;

/** Scripts whose letters look alike. */
const alphabets = ['Latin', 'Greek', 'Cyrillic', 'Armenian', 'Cherokee', 'Coptic', 'Lisu'].map(
  (name) => new RegExp(`\\p{Script=${name}}`, 'u'),
);

/** @throws request_invalid for a username that could be mistaken for another one (Unicode Technical Standard 39) */
function refuseLookalike(username: string): void {
  const refuse = (problem: string) => invalidField('/body/username', problem);
  // Emoji such as a heart or a family contain invisible characters.
  if (unseen.test(username.replaceAll(/\p{RGI_Emoji}/gv, ''))) throw refuse('holds a character that cannot be seen or is not assigned');
  if (strayMarks.test(username.normalize('NFD'))) throw refuse('holds accents without a letter, or too many on one');
  if (normalizeLoginName('username', username).includes('@')) throw refuse('holds an @, as e-mail addresses do');
  if (alphabets.filter((alphabet) => alphabet.test(username)).length > 1) throw refuse('mixes alphabets that look alike');
}

export async function dropLoginName({ id, store }: Transaction, userId: number, kind: LoginNameKind): Promise<void> {
  await store.deleteFrom('login_names').where('tenant_id', '=', id).where('user_id', '=', userId).where('kind', '=', kind).execute();
}
