import { notImplemented } from './notImplemented.ts';

export const accountOperations = {
  registerByUsername: notImplemented,
  registerByEmail: notImplemented,
  registerByPhone: notImplemented,
  updateAccount: notImplemented,
  updateAccountV21: notImplemented,
};
