import type { Session } from '../accounts/sessions.ts';

/** Facts about a session's user that its tokens and their introspection may show, by claim. */
export function userFacts({ platform, record: [user] }: Pick<Session, 'platform' | 'record'>) {
  return {
    platform,
    anonymous: user.is_anonymous === 1,
    // A new, unverified address or number leaves the verified one valid.
    phone_verified: user.phone_verified === 1 || user.phone_proved !== null,
    email_verified: user.email_verified === 1 || user.email_proved !== null,
    nickname: user.nickname,
    username: user.username,
  };
}
