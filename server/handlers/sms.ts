import { proveLoginName } from '../accounts/loginNames.ts';
import { findRegisteredUser } from '../accounts/users.ts';
import { ApiError } from '../errors.ts';
import type { Handler } from '../operations.ts';
import { redeemCode, sendCode } from '../sms/codes.ts';
import { inTransaction } from '../store/inTransaction.ts';

const sendSmsCode: Handler<'sendSmsCode'> = async ({ body, ...caller }) => {
  await sendCode(caller, body.phone, body.signature_id);
  return { status: 200, body: { status: 'ok' } };
};

const checkSmsCode: Handler<'checkSmsCode'> = async ({ body, appId, services }) => {
  await redeemCode(services, appId, body.phone, body.code);
  return { status: 200, body: { status: 'ok' } };
};

/** The code proves the number that the user only claimed so far. */
const verifyPhone: Handler<'verifyPhone'> = async ({ body, session: { userId }, appId, services }) => {
  const { phone } = await findRegisteredUser(services.store, appId, userId);
  if (phone === null) throw new ApiError('phone_missing');
  await redeemCode(services, appId, phone, body.code);
  await inTransaction(services, ({ store, now }) => proveLoginName(store, appId, userId, 'phone', phone, now()));
  return { status: 200, body: { status: 'ok' } };
};

export const smsOperations = { sendSmsCode, checkSmsCode, verifyPhone };
