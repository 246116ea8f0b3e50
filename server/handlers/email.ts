import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { findResettable } from '../accounts/claims.ts';
import { normalizeLoginName } from '../accounts/loginNames.ts';
import { findRegisteredUser } from '../accounts/users.ts';
import { ApiError } from '../errors.ts';
import { mailLinks, requireMailer } from '../mail/links.ts';
import { describeAccount } from '../mail/otherWays.ts';
import type { Handler, RequestContext } from '../operations.ts';
import type { LoginName } from '../store/schema.ts';

/** Minimum and maximum of the random pause before a reset is processed, in milliseconds. */
const pause = [100, 600] as const;

const sendVerificationEmail: Handler<'sendVerificationEmail'> = async ({ session: { userId }, app, tenant, services }) => {
  const user = await findRegisteredUser(tenant, userId);
  if (user.email === null) throw new ApiError('email_missing');
  if (user.email_verified === 0) await mailLinks(tenant, app, services, 'verification', user.email, [{ userId }]);
  return { status: 201, body: { status: 'ok' } };
};

/**
 * Looks up the address after the response, so that the response and its timing do not reveal whether an account has the address, and after
 * a random pause, so that the timing of the next request does not either.
 */
const requestPasswordReset: Handler<'requestPasswordReset'> = async ({ body, ...context }) => {
  const { background, log } = context.services;
  requireMailer(context.services);
  background.run(async () => {
    await setTimeout(randomInt(...pause));
    await mailReset(context, normalizeLoginName('email', body.email));
  }, log);
  return { status: 201, body: { status: 'ok' } };
};

/** Mails a link for the account that has verified the address, otherwise one for each account that claims it. */
async function mailReset({ app, tenant, services }: RequestContext, address: LoginName): Promise<void> {
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
