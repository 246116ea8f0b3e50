import { requireLoginMethod } from '../accounts/loginMethods.ts';
import { findOrCreatePhoneOwner } from '../accounts/phones.ts';
import { closeSession, openSession } from '../accounts/sessions.ts';
import { loadCurrentUser } from '../accounts/users.ts';
import type { Handler } from '../operations.ts';
import { redeemCode } from '../sms/codes.ts';
import { notImplemented } from './notImplemented.ts';

const logout: Handler<'logout'> = async ({ session, appId, services }) => {
  await closeSession(services, appId, session);
  return { status: 201, body: { status: 'ok', message: 'Destroy succeed.' } };
};

/** The code proves the number; whoever has proved it before, or somebody new, is logged in. */
const loginBySmsCode: Handler<'loginBySmsCode'> = async ({ body, app, appId, services }) => {
  requireLoginMethod(app, 'sms');
  await redeemCode(services, appId, body.phone, body.code);
  const userId = await findOrCreatePhoneOwner(services, appId, body.phone, body.create_user !== false);
  const user = await loadCurrentUser(services.store, appId, userId, null);
  return { status: 201, body: { ...(await openSession(services, appId, userId, null)), ...user } };
};

export const sessionOperations = {
  logout,
  loginByUsername: notImplemented,
  loginByEmail: notImplemented,
  loginByPhone: notImplemented,
  loginBySmsCode,
  loginAnonymously: notImplemented,
};
