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

/** Milliseconds, from and to, after which a reset's work begins. */
const pause = [100, 600] as const;

const sendVerificationEmail: Handler<'sendVerificationEmail'> = async ({ session: { userId }, app, tenant, services }) => {
  const user = await findRegisteredUser(tenant, userId);
  if (user.email === null) throw new ApiError('email_missing');
  if (user.email_verified === 0) await mailLinks(tenant, app, services, 'verification', user.email, [{ userId }]);
  return { status: 201, body: { status: 'ok' } };
};

/**
 * Everything that depends on the address happens after the answer, so that neither the answer nor its timing reveals whether an account has
 * it, and after a random pause, so that the next request does not reveal it either.
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

/** Mails a link for the account that has verified the address, or else for each that claims it: its reader knows which one is theirs. */
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
