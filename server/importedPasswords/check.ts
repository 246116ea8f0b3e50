import { timingSafeEqual } from 'node:crypto';
import { type Passwords, spellingsOf } from '../accounts/passwords.ts';
import type { Sealing } from '../crypto/vault.ts';
import type { Tenant } from '../store/tenant.ts';
import { digestText, type ImportedHash, isBare, isImported, kindOf, openHash } from './importedHash.ts';
import { kindsOf } from './kinds.ts';

/**
 * Verifies a password against a user's hash, native or imported. A wrong password costs the same work for every user, and for an unknown
 * one: for each spelling, argon2id once and each of the tenant's imported kinds of hashes once.
 *
 * @param stored `password_hash`; null or undefined if there is no account, or it has no password: the result is false
 * @throws rate_limited if the queue is full
 */
export async function checkPassword(
  tenant: Tenant & Sealing,
  passwords: Passwords,
  stored: string | null | undefined,
  password: string,
): Promise<boolean> {
  const imported = stored != null && isImported(stored) ? openHash(tenant, stored) : undefined;
  if (stored != null && isImported(stored) && !imported) {
    tenant.log.error({ tenant: tenant.id }, 'imported password cannot be decrypted: is SECRET_KEY the one of the import?');
  }
  const matches = imported
    ? await matchesImported(passwords, imported, password)
    : await passwords.verify(isImported(stored) ? undefined : stored, password);
  if (matches) return true;
  const own = imported && kindOf(imported.recipe);
  for (const recipe of await kindsOf(tenant)) {
    if (kindOf(recipe) === own) continue;
    for (const spelling of spellingsOf(password)) await passwords.digest(recipe, spelling);
  }
  return false;
}

async function matchesImported(passwords: Passwords, imported: ImportedHash, password: string): Promise<boolean> {
  for (const spelling of spellingsOf(password)) {
    const digest = await passwords.digest(imported.recipe, spelling);
    if (isBare(imported)) {
      if (digest.length === imported.digest.length && timingSafeEqual(digest, imported.digest)) return true;
      // As if it were wrapped.
      await passwords.verify(undefined, digestText(digest));
    } else if (await passwords.verify(imported.wrapped, digestText(digest))) return true;
  }
  return false;
}
