import { readSelfDescribing } from '../../importedPasswords/foreignForms.ts';
import type { ImportedHash } from '../../importedPasswords/importedHash.ts';
import type { Problem } from '../importedUser.ts';
import { textIn } from '../values.ts';

/** Reads a hash that names its algorithm. One that does not is added to the problems. */
export function readHash(value: unknown, problems: Problem[]): ImportedHash | undefined {
  const hash = textIn(value);
  const read = hash === undefined ? undefined : readSelfDescribing(hash);
  if (hash !== undefined && !read) problems.push({ kind: 'password', reason: 'is no hash that is known' });
  return read;
}
