import { notImplemented } from './notImplemented.ts';

export const smsOperations = {
  sendSmsCode: notImplemented,
  checkSmsCode: notImplemented,
  verifyPhone: notImplemented,
};
