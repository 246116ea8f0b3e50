import { notImplemented } from './notImplemented.ts';

export const emailOperations = {
  sendVerificationEmail: notImplemented,
  requestPasswordReset: notImplemented,
};
