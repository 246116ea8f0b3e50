import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { findResettable } from '../accounts/claims.ts';
import { comparable } from '../accounts/loginNames.ts';
import { findRegisteredUser } from '../accounts/users.ts';
import { ApiError } from '../errors.ts';
import { mailLinks, requireMailer } from '../mail/links.ts';
import { describeAccount } from '../mail/otherWays.ts';
import type { Handler, RequestContext } from '../operations.ts';

/** Milliseconds, from and to, after which a reset's work begins. */
const pause = [100, 600] as const;

const sendVerificationEmail: Handler<'sendVerificationEmail'> = async ({ session: { userId }, app, tenant, services }) => {
  const user = await findRegisteredUser(tenant, userId);
  if (user.email === null) throw new ApiError('email_missing');
  if (user.email_verified === 0) await mailLinks(tenant, app, services, 'verification', user.email, [{ userId }]);
  return { status: 201, body: { status: 'ok' } };
};

/**
 * Everything that depends on the address happens after the answer, so that neither it nor its time tells whether somebody has it, and some
 * time after it, so that the next request does not feel it either.
 */
const requestPasswordReset: Handler<'requestPasswordReset'> = async ({ body, ...context }) => {
  const { background, log } = context.services;
  requireMailer(context.services);
  background.run(async () => {
    await setTimeout(randomInt(...pause));
    await mailReset(context, comparable('email', body.email));
  }, log);
  return { status: 201, body: { status: 'ok' } };
};

/** To whoever has proved the address, else to those who claim it: whoever reads its mail knows which account is theirs. */
async function mailReset({ app, tenant, services }: RequestContext, address: string): Promise<void> {
  const ids = await findResettable(tenant, address);
  if (ids.length === 0) return;
  const alone = ids.length === 1;
  const addressees = await Promise.all(
    ids.map(async (userId) => ({ userId, ...(!alone && { description: await describeAccount(tenant, userId) }) })),
  );
  await mailLinks(tenant, app, services, 'reset', address, addressees);
  for (const userId of ids) services.audit.record(tenant, { event: 'password_reset_requested', userId });
}

export const emailOperations = { sendVerificationEmail, requestPasswordReset };
