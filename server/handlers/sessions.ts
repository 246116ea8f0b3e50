import { closeSession } from '../accounts/sessions.ts';
import type { Handler } from '../operations.ts';
import { notImplemented } from './notImplemented.ts';

const logout: Handler<'logout'> = async ({ session, appId, services }) => {
  await closeSession(services, appId, session);
  return { status: 201, body: { status: 'ok', message: 'Destroy succeed.' } };
};

export const sessionOperations = {
  logout,
  loginByUsername: notImplemented,
  loginByEmail: notImplemented,
  loginByPhone: notImplemented,
  loginBySmsCode: notImplemented,
  loginAnonymously: notImplemented,
};
