import type { OperationId } from '../../generated/operations.ts';
import { typedFields } from '../../generated/texts.ts';
import { findCandidates } from '../accounts/credentials.ts';
import { normalizeLoginName } from '../accounts/loginNames.ts';
import type { Session } from '../accounts/sessions.ts';
import { givenProof } from '../merging/givenProof.ts';
import { findTicketAccount } from '../merging/tickets.ts';
import { type LoginNameKind, loginNameKinds } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
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

/**
 * Finds the parties of a request. The account is the session's user; without a session, the user with the login name in the body, or the
 * bare name if it does not identify one user. For a proof of access to another account, it is that account.
 */
export async function subjectsOf(
  operationId: OperationId,
  tenant: Tenant,
  network: string,
  session: Session | undefined,
  body: Body,
): Promise<Subjects> {
  const setsName = operationId !== 'updateAccount' || hasLoginName(body);
  if (session && operationId === 'createMergeTicket') {
    const account = await provenAccountOf(operationId, tenant, session, body ?? {});
    return { network, user: userOf(session.userId), account, setsName };
  }
  if (session) return { network, user: userOf(session.userId), account: userOf(session.userId), setsName };
  const kind = accountNameOf(operationId);
  const value = kind && body?.[kind];
  if (kind === undefined || typeof value !== 'string') return { network, user: undefined, account: undefined, setsName };
  return { network, user: undefined, account: await accountNamed(operationId, tenant, kind, value), setsName };
}

/** The account that a session's user proves access to: guesses count for it. */
async function provenAccountOf(operationId: OperationId, tenant: Tenant, session: Session, body: object): Promise<string | undefined> {
  const proof = givenProof(body);
  if (proof?.kind === 'name') return accountNamed(operationId, tenant, proof.nameKind, proof.name);
  if (proof?.kind === 'number') return accountNamed(operationId, tenant, 'phone', proof.phone);
  const id = proof?.kind === 'ticket' ? await findTicketAccount(tenant, session, proof.ticket) : undefined;
  return id === undefined ? undefined : userOf(id);
}

async function accountNamed(operationId: OperationId, tenant: Tenant, kind: LoginNameKind, value: string): Promise<string> {
  const name = normalizeLoginName(kind, value);
  // Password guesses count for the account, no matter which of its names they use.
  const candidates = operationLimits[operationId].includes('password_account') ? await findCandidates(tenant, kind, name) : [];
  const [only, ...others] = candidates;
  return only && others.length === 0 ? userOf(only.id) : `${kind} ${name}`;
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
