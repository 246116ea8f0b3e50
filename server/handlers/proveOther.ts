import type { components } from '../../generated/types.ts';
import { findByCredentials } from '../accounts/credentials.ts';
import { findOwner, findPerson } from '../accounts/identities.ts';
import { requireLoginMethod } from '../accounts/loginMethods.ts';
import { findVerifiedOwner, normalizeLoginName } from '../accounts/loginNames.ts';
import { phoneNumberOf } from '../accounts/phoneNumber.ts';
import type { Session } from '../accounts/sessions.ts';
import { type Proof, TakenByOther } from '../accounts/takenByOther.ts';
import { ApiError, invalidField } from '../errors.ts';
import { givenProof } from '../merging/givenProof.ts';
import { proveByTicket } from '../merging/ticketPassword.ts';
import type { RequestContext } from '../operations.ts';
import { platformNamed, platformNames } from '../platforms/index.ts';
import { redeemCode } from '../sms/codes.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { LoginNameKind } from '../store/schema.ts';
import { connectTo, exchangeCode } from './exchange.ts';

type Body = components['schemas']['CreateMergeTicket'];
/** Another account, and the proof of access to it. */
interface Proved {
  userId: number;
  proof: Proof;
}

/** Checks the proof that a request has of access to another account. */
export function proveOther(context: RequestContext, session: Session, body: Body): Promise<Proved> {
  const given = givenProof(body);
  switch (given?.kind) {
    case 'ticket':
      return proveByTicket(context.tenant, context.services, session, given.ticket, given.password);
    case 'name':
      return proveByPassword(context, given.nameKind, given.name, given.password);
    case 'number':
      return proveByNumber(context, given.phone, given.code);
    case 'platform':
      return proveByPlatform(context, session, given.platform, given.code);
    default:
      throw invalidField('/body', 'must prove the other account');
  }
}

async function proveByPassword(
  { app, tenant, services }: RequestContext,
  kind: LoginNameKind,
  value: string,
  password: string,
): Promise<Proved> {
  requireLoginMethod(app, kind);
  const { userId, passwordHash } = await findByCredentials(tenant, services, kind, normalizeLoginName(kind, value), password);
  return { userId, proof: { kind: 'password', passwordHash } };
}

async function proveByNumber({ app, tenant, services }: RequestContext, text: string, code: string | number): Promise<Proved> {
  requireLoginMethod(app, 'sms');
  const phone = phoneNumberOf(text);
  await redeemCode(tenant, services.audit, phone, code);
  const userId = await findVerifiedOwner(tenant, 'phone', phone);
  if (userId === undefined) throw new ApiError('user_not_found');
  return { userId, proof: { kind: 'number', phone } };
}

async function proveByPlatform(context: RequestContext, session: Session, name: string, code: string): Promise<Proved> {
  const { tenant } = context;
  const platform = platformNamed(name);
  if (!platform) throw invalidField('/body/platform', `must be one of ${platformNames.join(', ')}`);
  const identity = await exchangeCode(connectTo(platform, context), code);
  // It stores the new session key, as a login does. A person whose ids belong to the session's user and another proves the other.
  const owner = await inTransaction(tenant, (tx) => findOwner(tx, identity, 'ignore', session.userId)).catch((error: unknown) => {
    if (error instanceof TakenByOther) return error.owner;
    throw error;
  });
  const userId = owner ?? (await findPerson(tenant, identity));
  if (userId === undefined) throw new ApiError('identity_not_found');
  return { userId, proof: { kind: 'platform', identity } };
}
