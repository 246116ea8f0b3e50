import { requireFreshLogin } from '../accounts/freshLogin.ts';
import { lockNames } from '../accounts/loginNames.ts';
import { phoneNumberOf } from '../accounts/phoneNumber.ts';
import { lockSessionUser } from '../accounts/sessions.ts';
import { findRegisteredUser } from '../accounts/users.ts';
import { verify } from '../accounts/verification.ts';
import { ApiError } from '../errors.ts';
import { accountPolicy } from '../mail/notices.ts';
import { offeringMerge } from '../merging/offer.ts';
import type { Handler } from '../operations.ts';
import { redeemCode, sendCode } from '../sms/codes.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { Transaction } from '../store/tenant.ts';
import { approveSms } from './newcomers.ts';

const sendSmsCode: Handler<'sendSmsCode'> = async ({ body, ...context }) => {
  const { app, tenant, services } = context;
  const phone = phoneNumberOf(body.phone);
  await sendCode(tenant, app, services, phone, body.signature_id, () => approveSms(context, phone));
  return { status: 200, body: { status: 'ok' } };
};

const checkSmsCode: Handler<'checkSmsCode'> = async ({ body, tenant, services }) => {
  await redeemCode(tenant, services.audit, phoneNumberOf(body.phone), body.code);
  return { status: 200, body: { status: 'ok' } };
};

/** Verifies a number with a code: the number in the request, otherwise the one that the user has claimed. */
const verifyPhone: Handler<'verifyPhone'> = async ({ body, session, app, tenant, services }) => {
  const { userId } = session;
  const user = await findRegisteredUser(tenant, userId);
  const phone = body.phone === undefined ? user.phone : phoneNumberOf(body.phone);
  if (phone === null) throw new ApiError('phone_missing');
  // Before the code is redeemed, so that a refused client can log in again and send the same code.
  requireFreshLogin(app, session, user, tenant.now());
  await redeemCode(tenant, services.audit, phone, body.code, { userId });
  const give = async (tx: Transaction) => {
    await lockNames(tx, [{ kind: 'phone', value: phone }]);
    // The user may have claimed another number in the meantime, which the code was not sent to.
    const lockedUser = await lockSessionUser(tx, session);
    if (body.phone === undefined && lockedUser.phone !== phone) throw new ApiError('sms_code_invalid');
    await verify(tx, accountPolicy(app, services), userId, 'phone', phone);
  };
  await offeringMerge(tenant, session, () => inTransaction(tenant, give));
  return { status: 200, body: { status: 'ok' } };
};

export const smsOperations = { sendSmsCode, checkSmsCode, verifyPhone };
