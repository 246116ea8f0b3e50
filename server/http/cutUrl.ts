/** How a user name or password is written in a URL. */
export const escapeHint = 'in a user name or password write @ as %40, / %2F, # %23, ? %3F, : %3A and % %25';

/**
 * Whether a URL contains an unescaped @, /, # or ? in its user name or password, so that a part of the password is read as the host. That
 * host must not be shown.
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
