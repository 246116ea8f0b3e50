import { hash } from 'node:crypto';
import { owaspCost } from '../accounts/passwordCost.ts';
import { openIfPossible, type Sealing, type Vault } from '../crypto/vault.ts';
import { type Recipe, withoutSalt } from './recipes.ts';

/** A password's hash from another system. */
export interface BareHash {
  recipe: Recipe;
  digest: Buffer;
}

/** The same after argon2id was applied to the digest, which is no longer stored. */
export interface WrappedHash {
  recipe: Recipe;
  /** Argon2id in PHC form of the digest in base64url. */
  wrapped: string;
}

export type ImportedHash = BareHash | WrappedHash;

export const isBare = (imported: ImportedHash): imported is BareHash => 'digest' in imported;

/** The text that argon2id is applied to. */
export const digestText = (digest: Buffer): string => digest.toString('base64url');

/**
 * Identifies a kind of hashes (those of equal cost) by 8 characters.
 *
 * @param costs a recipe, with the salts of a user or without
 */
export const kindOf = (costs: Recipe): string => hash('sha256', JSON.stringify(withoutSalt(costs)), 'base64url').slice(0, 8);

/**
 * The start of a `password_hash` that was imported. What follows: `s` (sealed) or `w` (wrapped), the kind, the sealed hash or recipe, and
 * argon2id's PHC form if it is wrapped, separated by `$`. The first 19 characters are indexed.
 */
const mark = 'imported$';
export const prefixOf = (form: 's' | 'w', kind: string): string => `${mark}${form}$${kind}`;

/** The vault's context for a sealed hash. Not the user's, because a merge moves the hash to another user. */
export const importedContext = 'imported password';

export const isImported = (stored: string | null | undefined): boolean => stored?.startsWith(mark) ?? false;

/** Converts a hash to the text that `password_hash` holds. One in the form of this server is stored unchanged. */
export function sealHash(vault: Vault, imported: ImportedHash): string {
  const native = isBare(imported) ? nativeForm(imported) : undefined;
  if (native !== undefined) return native;
  const prefix = prefixOf(isBare(imported) ? 's' : 'w', kindOf(imported.recipe));
  if (!isBare(imported)) return `${prefix}$${vault.seal(JSON.stringify({ recipe: imported.recipe }), importedContext)}${imported.wrapped}`;
  const { recipe, digest } = imported;
  return `${prefix}$${vault.seal(JSON.stringify({ recipe, digest: digest.toString('base64') }), importedContext)}`;
}

/** The PHC form of argon2id at this server's cost; undefined for any other hash. */
function nativeForm({ recipe, digest }: BareHash): string | undefined {
  if (recipe.algorithm !== 'argon2' || recipe.variant !== 'argon2id') return undefined;
  const { memory, passes, lanes, salt } = recipe;
  if (memory !== owaspCost.memoryCost || passes !== owaspCost.timeCost || lanes !== owaspCost.parallelism || digest.length !== 32)
    return undefined;
  const [saltText, digestText] = [salt, digest.toString('base64')].map((part) => part.replace(/=+$/, ''));
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${saltText}$${digestText}`;
}

interface SealedContent {
  recipe: Recipe;
  digest?: string;
}

/** The part of a stored hash that the vault has sealed. */
export const sealedPartOf = (stored: string): string => stored.split('$')[3] ?? '';

export const withSealedPart = (stored: string, sealed: string): string => stored.split('$').with(3, sealed).join('$');

/** Reads a hash from the text that `sealHash` made; undefined if it was sealed with another key. */
export function openHash({ vault }: Sealing, stored: string): ImportedHash | undefined {
  const text = openIfPossible(vault, sealedPartOf(stored), importedContext);
  if (text === undefined) return undefined;
  const { recipe, digest }: SealedContent = JSON.parse(text);
  const [, , , , ...phc] = stored.split('$');
  return digest === undefined ? { recipe, wrapped: `$${phc.join('$')}` } : { recipe, digest: Buffer.from(digest, 'base64') };
}
