import { comparable } from '../accounts/loginNames.ts';
import type { Session } from '../accounts/sessions.ts';
import type { RateLimitName } from './rates.ts';

/** Who makes a request, as far as limits count it. */
export interface Subjects {
  /** Where from (address.ts). */
  network: string;
  /** The account that is logged in to, tried or registered; undefined where the request names none. */
  account: string | undefined;
  /** The session's user. */
  user: string | undefined;
}

/** The session's user has the account; without one it is the name that the request gives. */
export function subjectsOf(network: string, session: Session | undefined, body: object | undefined): Subjects {
  const user = session && `user ${session.userId}`;
  return { network, user, account: user ?? namedIn(body ?? {}) };
}

function namedIn(body: { username?: unknown; email?: unknown; phone?: unknown }): string | undefined {
  for (const kind of ['username', 'email', 'phone'] as const) {
    const name = body[kind];
    if (typeof name === 'string') return `${kind} ${comparable(kind, name)}`;
  }
  return undefined;
}

/** Whose bucket a limit counts in; undefined where there is none, or where it is not known before the work (`identity`). */
export function subjectOf(limit: RateLimitName, { network, account, user }: Subjects): string | undefined {
  if (limit === 'identity') return undefined;
  if (limit === 'user' || limit === 'list_user') return user;
  if (limit === 'password_account') return account;
  if (limit.endsWith('_account_ip')) return account && `${account} ${network}`;
  return network;
}
