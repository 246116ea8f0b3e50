import type { components } from '../../generated/types.ts';
import { changeAccount } from '../accounts/accountChange.ts';
import { requireLoginMethod } from '../accounts/loginMethods.ts';
import { register } from '../accounts/registration.ts';
import { refuseReserved } from '../accounts/reservedUsernames.ts';
import type { Session } from '../accounts/sessions.ts';
import { loadCurrentUser } from '../accounts/users.ts';
import { accountPolicy } from '../mail/notices.ts';
import { offeringMerge } from '../merging/offer.ts';
import type { Handler, RequestContext } from '../operations.ts';
import type { LoginNameKind } from '../store/schema.ts';
import { logInLocally } from './localLogin.ts';
import { approveRegistration } from './newcomers.ts';

type Account = components['schemas']['Account'];
type UpdateAccount = RequestContext & { body: components['schemas']['UpdateAccount']; session: Session };

/** Hash the password, create the account, open its first session. */
async function registerBy(context: RequestContext, session: Session | undefined, kind: LoginNameKind, value: string, password: string) {
  const { app, services } = context;
  requireLoginMethod(app, kind);
  if (kind === 'username') refuseReserved(app, value);
  await approveRegistration(context, kind, value);
  const passwordHash = await services.passwords.hash(password);
  return logInLocally(context, kind, (tx) => register(tx, { kind, value, passwordHash }, session));
}

const registerByUsername: Handler<'registerByUsername'> = ({ body: { username, password }, session, ...context }) =>
  registerBy(context, session, 'username', username, password);

const registerByEmail: Handler<'registerByEmail'> = ({ body: { email, password }, session, ...context }) =>
  registerBy(context, session, 'email', email, password);

const registerByPhone: Handler<'registerByPhone'> = ({ body: { phone, password }, session, ...context }) =>
  registerBy(context, session, 'phone', phone, password);

async function updateAccount({ body, session, app, tenant, services }: UpdateAccount): Promise<{ status: 200; body: Account }> {
  if (typeof body.username === 'string') refuseReserved(app, body.username);
  await offeringMerge(tenant, session, () => changeAccount(tenant, accountPolicy(app, services), services, session, body));
  const user = await loadCurrentUser(tenant, session.userId, session.platform);
  const { _username: username, _email: email, _email_verified: email_verified, _phone: phone, _phone_verified: phone_verified } = user;
  return { status: 200, body: { ...user, username, email, email_verified, phone, phone_verified } };
}

export const accountOperations = {
  registerByUsername,
  registerByEmail,
  registerByPhone,
  updateAccount,
};
