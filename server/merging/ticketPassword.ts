import type { Passwords } from '../accounts/passwords.ts';
import type { Session } from '../accounts/sessions.ts';
import type { Proof } from '../accounts/takenByOther.ts';
import type { AuditTrail } from '../audit/trail.ts';
import { ApiError } from '../errors.ts';
import { checkPassword } from '../importedPasswords/check.ts';
import { loadAccount } from './account.ts';
import { findTicket, type MergeTenant } from './tickets.ts';

/**
 * Verifies the password of a ticket's account. The person need not know any of the account's login names.
 *
 * @throws merge_ticket_invalid; credentials_invalid
 */
export async function proveByTicket(
  tenant: MergeTenant,
  { passwords, audit }: { passwords: Passwords; audit: AuditTrail },
  session: Session,
  ticket: string,
  password: string,
): Promise<{ userId: number; proof: Proof }> {
  const { otherId: userId } = await findTicket(tenant, session, ticket);
  const passwordHash = (await loadAccount(tenant, userId))?.user.password_hash ?? null;
  const isRight = await checkPassword(tenant, passwords, passwordHash, password);
  if (isRight && passwordHash !== null) return { userId, proof: { kind: 'password', passwordHash } };
  audit.record(tenant, { event: 'login_failed', userId, method: 'password', errorCode: 'credentials_invalid' });
  throw new ApiError('credentials_invalid');
}
