import type { components } from '../../generated/types.ts';
import { changeAccount } from '../accounts/accountChange.ts';
import { requireLoginMethod } from '../accounts/loginMethods.ts';
import { openAccount, upgradeAnonymous } from '../accounts/registration.ts';
import { refuseReserved } from '../accounts/reservedUsernames.ts';
import type { Session } from '../accounts/sessions.ts';
import { loadCurrentUser } from '../accounts/users.ts';
import type { Caller, Handler } from '../operations.ts';
import type { LoginNameKind } from '../store/schema.ts';
import { answerSession, logInGenerally, openGeneralSession } from './generalSession.ts';

type Account = components['schemas']['Account'];
type UpdateAccount = Caller & { body: components['schemas']['UpdateAccount']; session: Session };

/**
 * A client sends whatever session it has: an anonymous one is upgraded, any other counts for nothing. An account and its first session
 * are made together.
 */
async function register(caller: Caller, session: Session | undefined, kind: LoginNameKind, value: string, password: string) {
  const { app, appId, services } = caller;
  requireLoginMethod(app, kind);
  if (kind === 'username') refuseReserved(app, value);
  const registration = { kind, value, passwordHash: await services.passwords.hash(password) };
  const upgrade = (session: Session) =>
    services.store.transaction().execute(async (store) => {
      const userId = await upgradeAnonymous(store, appId, session, registration, services.now());
      return userId === undefined ? undefined : openGeneralSession({ ...services, store }, appId, userId);
    });
  return logInGenerally(caller, kind, async () => {
    const upgraded = session && (await upgrade(session));
    return upgraded ?? answerSession(await openAccount(services, appId, registration));
  });
}

const registerByUsername: Handler<'registerByUsername'> = ({ body: { username, password }, session, ...caller }) =>
  register(caller, session, 'username', username, password);

const registerByEmail: Handler<'registerByEmail'> = ({ body: { email, password }, session, ...caller }) =>
  register(caller, session, 'email', email, password);

const registerByPhone: Handler<'registerByPhone'> = ({ body: { phone, password }, session, ...caller }) =>
  register(caller, session, 'phone', phone, password);

async function updateAccount({ body, session, ...caller }: UpdateAccount): Promise<{ status: 200; body: Account }> {
  const { app, appId, services } = caller;
  if (typeof body.username === 'string') refuseReserved(app, body.username);
  await changeAccount(caller, session, body);
  const user = await loadCurrentUser(services.store, appId, session.userId, session.platform);
  const { _username: username, _email: email, _email_verified: email_verified, _phone: phone, _phone_verified: phone_verified } = user;
  return { status: 200, body: { ...user, username, email, email_verified, phone, phone_verified } };
}

export const accountOperations = {
  registerByUsername,
  registerByEmail,
  registerByPhone,
  updateAccount,
};
