import type { OperationId } from '../../generated/operations.ts';
import { typedFields } from '../../generated/texts.ts';
import { findCandidates } from '../accounts/credentials.ts';
import { normalizeLoginName } from '../accounts/loginNames.ts';
import type { Session } from '../accounts/sessions.ts';
import type { LoginNameKind } from '../store/schema.ts';
import type { TenantRows } from '../store/tenant.ts';
import { limitOf, operationLimits, type RateLimitName } from './limits.ts';

/** The parties of a request that limits count by. */
export interface Subjects {
  /** The client's network (address.ts). */
  network: string;
  /** The account that the request registers or logs in to, successfully or not; undefined if the request names none. */
  account: string | undefined;
  /** The session's user. */
  user: string | undefined;
  /** Whether the request sets a login name, as a registration does. */
  setsName: boolean;
}

/**
 * The kind of login name by which an operation's body names an account. Other fields must not influence which account is counted.
 *
 * @returns undefined for an operation that takes none, or several
 */
function accountNameOf(operationId: OperationId): LoginNameKind | undefined {
  const fields: { readonly [Op in OperationId]?: object } = typedFields;
  const [kind, ...others] = loginNameKinds.filter((name) => name in (fields[operationId] ?? {}));
  return others.length === 0 ? kind : undefined;
}

const loginNameKinds = ['username', 'email', 'phone'] as const satisfies LoginNameKind[];

/** Finds the parties of a request. The account is the session's user, or the user of the name in the body, or that name. */
export async function subjectsOf(
  operationId: OperationId,
  tenant: TenantRows,
  network: string,
  session: Session | undefined,
  body: Body,
): Promise<Subjects> {
  const setsName = operationId !== 'updateAccount' || hasLoginName(body);
  if (session) return { network, user: userOf(session.userId), account: userOf(session.userId), setsName };
  const kind = accountNameOf(operationId);
  const value = kind && body?.[kind];
  if (kind === undefined || typeof value !== 'string') return { network, user: undefined, account: undefined, setsName };
  const name = normalizeLoginName(kind, value);
  // Password guesses count for the account, no matter which of its names they use.
  const candidates = operationLimits[operationId].includes('password_account') ? await findCandidates(tenant, kind, name) : [];
  const [only, ...others] = candidates;
  const account = only && others.length === 0 ? userOf(only.id) : `${kind} ${name}`;
  return { network, user: undefined, account, setsName };
}

type Body = Readonly<Record<string, unknown>> | undefined;

const hasLoginName = (body: Body) => loginNameKinds.some((kind) => typeof body?.[kind] === 'string');

export const userOf = (id: number): string => `user ${id}`;

/** The subject whose bucket a limit counts in; undefined if the request has none. An identity is known only after the exchange. */
export function subjectOf(name: RateLimitName, { network, account, user, setsName }: Subjects): string | undefined {
  const { per, onlyNames } = limitOf(name);
  if (onlyNames && !setsName) return undefined;
  const subjects = {
    network,
    user,
    account,
    'account+network': account && `${account} ${network}`,
    app: 'app',
    identity: undefined,
  };
  return subjects[per];
}
