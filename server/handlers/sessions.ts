import { findByCredentials, openSessionFor } from '../accounts/credentials.ts';
import { requireLoginMethod } from '../accounts/loginMethods.ts';
import { findOrCreatePhoneOwner } from '../accounts/phones.ts';
import { openAnonymousUser } from '../accounts/registration.ts';
import { closeSession } from '../accounts/sessions.ts';
import type { Caller, Handler } from '../operations.ts';
import { redeemCode } from '../sms/codes.ts';
import type { LoginNameKind } from '../store/schema.ts';
import { answerSession, logInGenerally, openGeneralSession } from './generalSession.ts';

async function logIn(caller: Caller, kind: LoginNameKind, value: string, password: string) {
  const { app, appId, services } = caller;
  requireLoginMethod(app, kind);
  const credentials = await findByCredentials(services, appId, kind, value, password);
  return logInGenerally(caller, kind, async () => answerSession(await openSessionFor(services, appId, credentials)));
}

const loginByUsername: Handler<'loginByUsername'> = ({ body: { username, password }, ...caller }) =>
  logIn(caller, 'username', username, password);

const loginByEmail: Handler<'loginByEmail'> = ({ body: { email, password }, ...caller }) => logIn(caller, 'email', email, password);

const loginByPhone: Handler<'loginByPhone'> = ({ body: { phone, password }, ...caller }) => logIn(caller, 'phone', phone, password);

const loginAnonymously: Handler<'loginAnonymously'> = async (caller) => {
  const { app, appId, services } = caller;
  requireLoginMethod(app, 'anonymous');
  return logInGenerally(caller, 'anonymous', async () => answerSession(await openAnonymousUser(services, appId)));
};

const logout: Handler<'logout'> = async ({ session, appId, services }) => {
  await closeSession(services, appId, session);
  services.audit.note(appId, { event: 'logout', userId: session.userId });
  return { status: 201, body: { status: 'ok', message: 'Destroy succeed.' } };
};

/** The code proves the number; whoever has proved it before, or somebody new, is logged in. */
const loginBySmsCode: Handler<'loginBySmsCode'> = async ({ body: { phone, code, create_user }, ...caller }) => {
  const { app, appId, services } = caller;
  requireLoginMethod(app, 'sms');
  await redeemCode(services, appId, phone, code);
  const userId = await findOrCreatePhoneOwner(caller, phone, { createUser: create_user !== false });
  return logInGenerally(caller, 'sms', () => openGeneralSession(services, appId, userId));
};

export const sessionOperations = {
  logout,
  loginByUsername,
  loginByEmail,
  loginByPhone,
  loginBySmsCode,
  loginAnonymously,
};
