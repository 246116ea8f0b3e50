import { findByCredentials, holdCredentials } from '../accounts/credentials.ts';
import { requireLoginMethod } from '../accounts/loginMethods.ts';
import { findVerifiedOwner, normalizeLoginName } from '../accounts/loginNames.ts';
import { phoneNumberOf } from '../accounts/phoneNumber.ts';
import { findOrCreatePhoneOwner } from '../accounts/phones.ts';
import { createAnonymous } from '../accounts/registration.ts';
import { closeSession } from '../accounts/sessions.ts';
import { accountPolicy } from '../mail/notices.ts';
import type { Handler, RequestContext } from '../operations.ts';
import { redeemCode } from '../sms/codes.ts';
import type { LoginNameKind } from '../store/schema.ts';
import { logInLocally } from './localLogin.ts';
import { approveRegistration } from './newcomers.ts';

async function logInByPassword(context: RequestContext, kind: LoginNameKind, value: string, password: string) {
  const { app, tenant, services } = context;
  requireLoginMethod(app, kind);
  const credentials = await findByCredentials(tenant, services, kind, normalizeLoginName(kind, value), password);
  return logInLocally(context, kind, (tx) => holdCredentials(tx, credentials));
}

const loginByUsername: Handler<'loginByUsername'> = ({ body: { username, password }, ...context }) =>
  logInByPassword(context, 'username', username, password);

const loginByEmail: Handler<'loginByEmail'> = ({ body: { email, password }, ...context }) =>
  logInByPassword(context, 'email', email, password);

const loginByPhone: Handler<'loginByPhone'> = ({ body: { phone, password }, ...context }) =>
  logInByPassword(context, 'phone', phone, password);

/** Creates an anonymous user and its session together, because no one could log in as the user otherwise. */
const loginAnonymously: Handler<'loginAnonymously'> = async (context) => {
  requireLoginMethod(context.app, 'anonymous');
  await approveRegistration(context, 'anonymous', null);
  return logInLocally(context, 'anonymous', createAnonymous);
};

const logout: Handler<'logout'> = async ({ session, tenant, services }) => {
  await closeSession(tenant, session);
  services.audit.record(tenant, { event: 'logout', userId: session.userId });
  return { status: 201, body: { status: 'ok', message: 'Destroy succeed.' } };
};

/** The code verifies the number; its owner, or a new user, is logged in. */
const loginBySmsCode: Handler<'loginBySmsCode'> = async ({ body, ...context }) => {
  const phone = phoneNumberOf(body.phone);
  const { app, tenant, services } = context;
  requireLoginMethod(app, 'sms');
  const createUser = body.create_user !== false;
  // Between the check of the code and its use: before, the answer would reveal whether someone has the number.
  const approve = async () => {
    const isNew = (await findVerifiedOwner(tenant, 'phone', phone)) === undefined;
    if (isNew) await approveRegistration(context, 'sms', phone);
  };
  const asks = createUser && app.hooks.before_register !== undefined;
  await redeemCode(tenant, services.audit, phone, body.code, { ...(asks && { approve }) });
  const policy = accountPolicy(app, services);
  return logInLocally(context, 'sms', (tx) => findOrCreatePhoneOwner(tx, policy, phone, { createUser }));
};

export const sessionOperations = {
  logout,
  loginByUsername,
  loginByEmail,
  loginByPhone,
  loginBySmsCode,
  loginAnonymously,
};
