import { trimmedVariables, variableNames } from './settings.ts';

/** Beginnings of names that no setting of another program has. */
const ownPrefixes = ['SMS_', 'SMTP_', 'MAIL_', 'S3_'];

/** A variable that resembles a setting. */
export interface MisspeltVariable {
  name: string;
  /** The setting that was probably meant; undefined if only the beginning of the name is that of settings. */
  meant: string | undefined;
}

/** Finds variables that nothing reads and whose names resemble those of settings. */
export function misspeltVariables(env: NodeJS.ProcessEnv): MisspeltVariable[] {
  return Object.keys(trimmedVariables(env)).flatMap((name) => {
    if (variableNames.includes(name)) return [];
    // Short names are a letter apart from those of other programs, such as PORT and SORT.
    const meant = variableNames.find((known) => known.length > 5 && differsOnce(name.toUpperCase(), known));
    return meant !== undefined || ownPrefixes.some((prefix) => name.startsWith(prefix)) ? [{ name, meant }] : [];
  });
}

/** Whether two texts are equal except for one character that is missing, added or wrong, or two that are swapped. */
function differsOnce(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (start < shorter && one[start] === other[start]) start++;
  let end = 0;
  while (end < shorter - start && one.at(-1 - end) === other.at(-1 - end)) end++;
  const [rest, otherRest] = [one.slice(start, one.length - end), other.slice(start, other.length - end)];
  return (rest.length <= 1 && otherRest.length <= 1) || (rest.length === 2 && rest === [...otherRest].reverse().join(''));
}
