import { comparable, findVerifiedOwner } from '../accounts/loginNames.ts';
import { findRegisteredUser } from '../accounts/users.ts';
import { ApiError } from '../errors.ts';
import { mailLink, requireMailer } from '../mail/links.ts';
import type { Caller, Handler } from '../operations.ts';

const sendVerificationEmail: Handler<'sendVerificationEmail'> = async ({ session: { userId }, ...caller }) => {
  const user = await findRegisteredUser(caller.services.store, caller.appId, userId);
  if (user.email === null) throw new ApiError('email_missing');
  if (user.email_verified === 0) await mailLink(caller, 'verification', { userId, address: user.email });
  return { status: 201, body: { status: 'ok' } };
};

/** Everything that depends on the address happens after the answer, so that neither it nor its time tells whether somebody has it. */
const requestPasswordReset: Handler<'requestPasswordReset'> = async ({ body, ...caller }) => {
  const { background, log } = caller.services;
  requireMailer(caller.services);
  background.run(() => mailResetLink(caller, comparable('email', body.email)), log);
  return { status: 201, body: { status: 'ok' } };
};

async function mailResetLink(caller: Caller, address: string): Promise<void> {
  const userId = await findVerifiedOwner(caller.services.store, caller.appId, 'email', address);
  if (userId === undefined) return;
  await mailLink(caller, 'reset', { userId, address });
  caller.services.audit.note(caller.appId, { event: 'password_reset_requested', userId });
}

export const emailOperations = { sendVerificationEmail, requestPasswordReset };
