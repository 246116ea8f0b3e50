/** Explains how to escape a user name or password in a URL. */
export const escapeHint = 'in a user name or password write @ as %40, / %2F, # %23, ? %3F, : %3A and % %25';

/**
 * Whether a URL has an unescaped @, /, # or ? in its user name or password. Part of the password would then be taken for the host, and
 * must not appear in messages.
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
