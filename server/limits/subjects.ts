import { comparable } from '../accounts/loginNames.ts';
import type { Session } from '../accounts/sessions.ts';
import type { OperationId } from '../operations.ts';
import type { LoginNameKind } from '../store/schema.ts';
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

/** What each operation names an account by. The body may hold other names beside it, which must not choose whose attempts are counted. */
const accountNames: { readonly [Op in OperationId]?: LoginNameKind } = {
  registerByUsername: 'username',
  registerByEmail: 'email',
  registerByPhone: 'phone',
  loginByUsername: 'username',
  loginByEmail: 'email',
  loginByPhone: 'phone',
  loginBySmsCode: 'phone',
  checkSmsCode: 'phone',
};

/** The session's user has the account; without one it is the name that the request gives. */
export function subjectsOf(operationId: OperationId, network: string, session: Session | undefined, body: Body): Subjects {
  const user = session && `user ${session.userId}`;
  return { network, user, account: user ?? namedIn(body, accountNames[operationId]) };
}

type Body = Readonly<Record<string, unknown>> | undefined;

function namedIn(body: Body, kind: LoginNameKind | undefined): string | undefined {
  if (kind === undefined) return undefined;
  const name = body?.[kind];
  return typeof name === 'string' ? accountOf(kind, comparable(kind, name)) : undefined;
}

/** @param name in the form that compares */
export const accountOf = (kind: LoginNameKind, name: string): string => `${kind} ${name}`;

/** Whose bucket a limit counts in; undefined where there is none, or where it is not known before the work. */
export function subjectOf(limit: RateLimitName, { network, account, user }: Subjects): string | undefined {
  if (limit === 'identity' || limit === 'sealed_identity') return undefined;
  if (limit === 'user' || limit.endsWith('_user')) return user;
  if (limit === 'password_account') return account;
  if (limit.endsWith('_app')) return 'app';
  if (limit.endsWith('_account_ip')) return account && `${account} ${network}`;
  return network;
}
