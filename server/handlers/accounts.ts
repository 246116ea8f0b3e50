import type { components } from '../../generated/types.ts';
import { changeAccount } from '../accounts/accountChange.ts';
import { requireLoginMethod } from '../accounts/loginMethods.ts';
import { type Registration, register } from '../accounts/registration.ts';
import type { Session } from '../accounts/sessions.ts';
import { loadCurrentUser } from '../accounts/users.ts';
import type { Caller, Handler } from '../operations.ts';
import { openGeneralSession } from './generalSession.ts';

type Account = components['schemas']['Account'];
type UpdateAccount = Caller & { body: components['schemas']['UpdateAccount']; session: Session };

/** A client sends whatever session it has: an anonymous one is upgraded, any other counts for nothing. */
async function openAccount(caller: Caller, session: Session | undefined, registration: Registration) {
  const { app, appId, services } = caller;
  requireLoginMethod(app, registration.kind);
  return openGeneralSession(caller, await register(services, appId, session, registration), registration.kind);
}

const registerByUsername: Handler<'registerByUsername'> = ({ body: { username, password }, session, ...caller }) =>
  openAccount(caller, session, { kind: 'username', value: username, password });

const registerByEmail: Handler<'registerByEmail'> = ({ body: { email, password }, session, ...caller }) =>
  openAccount(caller, session, { kind: 'email', value: email, password });

const registerByPhone: Handler<'registerByPhone'> = ({ body: { phone, password }, session, ...caller }) =>
  openAccount(caller, session, { kind: 'phone', value: phone, password });

async function updateAccount({ body, session, appId, services }: UpdateAccount): Promise<{ status: 200; body: Account }> {
  await changeAccount(services, appId, session, body);
  const user = await loadCurrentUser(services.store, appId, session.userId, session.platform);
  const { _username: username, _email: email, _email_verified: email_verified, _phone: phone, _phone_verified: phone_verified } = user;
  return { status: 200, body: { ...user, username, email, email_verified, phone, phone_verified } };
}

export const accountOperations = {
  registerByUsername,
  registerByEmail,
  registerByPhone,
  updateAccount,
  updateAccountV21: updateAccount,
};
