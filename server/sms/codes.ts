import { randomInt } from 'node:crypto';
import { comparable } from '../accounts/loginNames.ts';
import { deliveryUnavailable } from '../delivery.ts';
import { ApiError } from '../errors.ts';
import { withinAllowance } from '../limits/deliveries.ts';
import type { Caller } from '../operations.ts';
import type { Services } from '../services.ts';

/** Seconds that a code is good for. */
const lifetime = 300;
const tries = 5;
const digits = 6;

/**
 * Sends a new code to a number. From then on the earlier one is worthless; it stays good where sending fails.
 *
 * @param signatureId which of `SMS_SIGN_NAME` stands in the message, from 1; the first when absent
 * @throws sms_rate_limited past one a minute and ten in 24 hours (wire.md, Operations); delivery_unavailable; request_invalid for a
 *   number or a signature that the sender does not take
 */
export async function sendCode({ services, app, appId }: Caller, given: string, signatureId: number | undefined): Promise<void> {
  const { sms, store, vault, now } = services;
  if (!sms) throw deliveryUnavailable({ fault: 'SMS_PROVIDER is not set' });
  const phone = comparable('phone', given);
  const code = String(randomInt(10 ** digits)).padStart(digits, '0');
  await withinAllowance(services, { appId, kind: 'sms', subjects: [phone], refusal: 'sms_rate_limited' }, async () => {
    await sms.send({ clientId: app.client_id, phone, code, signatureId }, services);
    await store
      .insertInto('sms_codes')
      .values({ app_id: appId, phone, code_hash: vault.fingerprint(code, phone), tries_left: tries, expires_at: now() + lifetime })
      .onConflict((conflict) =>
        conflict.columns(['app_id', 'phone']).doUpdateSet(({ ref }) => ({
          code_hash: ref('excluded.code_hash'),
          tries_left: ref('excluded.tries_left'),
          expires_at: ref('excluded.expires_at'),
        })),
      )
      .execute();
  });
}

/**
 * Spends the code that a number was sent.
 *
 * @param given a number has lost its leading zeros
 * @throws sms_code_invalid when it is wrong, spent, expired or was tried too often
 */
export async function redeemCode(
  { store, vault, now }: Services,
  appId: string,
  givenPhone: string,
  given: string | number,
): Promise<void> {
  const phone = comparable('phone', givenPhone);
  const code = String(given).padStart(typeof given === 'number' ? digits : 0, '0');
  // The try is taken before the code is looked at: simultaneous guesses get no more of them than others.
  const attempt = await store
    .updateTable('sms_codes')
    .set((row) => ({ tries_left: row('tries_left', '-', 1) }))
    .where('app_id', '=', appId)
    .where('phone', '=', phone)
    .where('tries_left', '>', 0)
    .where('expires_at', '>', now())
    .executeTakeFirst();
  if (attempt.numUpdatedRows === 0n) throw new ApiError('sms_code_invalid');
  const spent = await store
    .deleteFrom('sms_codes')
    .where('app_id', '=', appId)
    .where('phone', '=', phone)
    .where('code_hash', 'in', vault.fingerprints(code, phone))
    .executeTakeFirst();
  if (spent.numDeletedRows === 0n) throw new ApiError('sms_code_invalid');
}
