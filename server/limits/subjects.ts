import type { OperationId } from '../../generated/operations.ts';
import { findCandidates } from '../accounts/credentials.ts';
import { comparable } from '../accounts/loginNames.ts';
import type { Session } from '../accounts/sessions.ts';
import type { LoginNameKind } from '../store/schema.ts';
import type { TenantRows } from '../store/tenant.ts';
import type { RateLimitName } from './rates.ts';

/** Who makes a request, as far as limits count it. */
export interface Subjects {
  /** Where from (address.ts). */
  network: string;
  /** The account that is logged in to, tried or registered; undefined where the request names none. */
  account: string | undefined;
  /** The session's user. */
  user: string | undefined;
  /** False where the request only looks like one that takes a name. */
  changesName: boolean;
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

/** An account has several names, and guesses at its password count as the account's by whichever. */
const passwordLogins: ReadonlySet<OperationId> = new Set(['loginByUsername', 'loginByEmail', 'loginByPhone']);

/** The session's user has the account; without one it is the user or the name that the request gives. */
export async function subjectsOf(
  operationId: OperationId,
  tenant: TenantRows,
  network: string,
  session: Session | undefined,
  body: Body,
): Promise<Subjects> {
  const changesName = operationId !== 'updateAccount' || givesName(body);
  if (session) return { network, user: userOf(session.userId), account: userOf(session.userId), changesName };
  const kind = accountNames[operationId];
  const name = kind && body?.[kind];
  if (kind === undefined || typeof name !== 'string') return { network, user: undefined, account: undefined, changesName };
  const candidates = passwordLogins.has(operationId) ? await findCandidates(tenant, kind, name) : [];
  const [only, ...others] = candidates;
  const account = only && others.length === 0 ? userOf(only.id) : `${kind} ${comparable(kind, name)}`;
  return { network, user: undefined, account, changesName };
}

type Body = Readonly<Record<string, unknown>> | undefined;

/** Whether a change of an account sets a name, and so may be told that somebody has it. */
const givesName = (body: Body) => (['username', 'email', 'phone'] as const).some((kind) => typeof body?.[kind] === 'string');

export const userOf = (id: number): string => `user ${id}`;

/** Whose bucket a limit counts in; undefined where there is none, or where it is not known before the work. */
export function subjectOf(limit: RateLimitName, { network, account, user, changesName }: Subjects): string | undefined {
  if (limit === 'identity' || limit === 'sealed_identity') return undefined;
  if (limit === 'user' || limit.endsWith('_user')) return user;
  if (limit === 'password_account') return account;
  if (limit.startsWith('register_') && !changesName) return undefined;
  if (limit.endsWith('_app')) return 'app';
  if (limit.endsWith('_account_ip')) return account && `${account} ${network}`;
  return network;
}
