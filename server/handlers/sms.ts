import { requireFreshLogin } from '../accounts/freshLogin.ts';
import { lockNames } from '../accounts/loginNames.ts';
import { prove } from '../accounts/proofs.ts';
import { lockSessionUser } from '../accounts/sessions.ts';
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

/** The code proves the number that the user only claimed so far, or names now. */
const verifyPhone: Handler<'verifyPhone'> = async ({ body, session, ...caller }) => {
  const { app, appId, services } = caller;
  const { userId } = session;
  const user = await findRegisteredUser(services.store, appId, userId);
  const phone = body.phone ?? user.phone;
  if (phone === null) throw new ApiError('phone_missing');
  // Before the code is spent.
  requireFreshLogin(app, session, user, services.now());
  await redeemCode(services, appId, phone, body.code, userId);
  await inTransaction(services, async (within) => {
    await lockNames(within.store, appId, [{ kind: 'phone', value: phone }]);
    // The code proves the number that it was sent to; the one that the user claims may be another by now.
    const present = await lockSessionUser(within, appId, session);
    if (body.phone === undefined && present.phone !== phone) throw new ApiError('sms_code_invalid');
    await prove({ ...caller, services: within }, userId, 'phone', phone);
  });
  return { status: 200, body: { status: 'ok' } };
};

export const smsOperations = { sendSmsCode, checkSmsCode, verifyPhone };
