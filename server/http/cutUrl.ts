/** How a user name or password is written in a URL. */
export const escapeHint = 'in a user name or password write @ as %40, / %2F, # %23, ? %3F, : %3A and % %25';

/**
 * Whether a URL ends too early, because a character of its user name or password counts as the end of that. What is read as its host may be
 * a part of the password then, and must not be shown.
 */
export function isCutUrl(text: string): boolean {
  const [, rest = ''] = /^\w+:\/\/(.*)$/s.exec(text) ?? [];
  const [authority = ''] = rest.split(/[/?#]/, 1);
  return (
    text.includes('#') ||
    (!authority.includes('@') && rest.includes('@')) ||
    rest.split('?', 1)[0]?.includes('@', authority.length) === true
  );
}
