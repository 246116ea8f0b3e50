import type { ExpressionBuilder } from 'kysely';
import { loginDisabled } from '../accounts/loginMethods.ts';
import { findVerifiedOwner } from '../accounts/loginNames.ts';
import { callingCodeOf } from '../accounts/phoneNumber.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { App } from '../config/apps.ts';
import { randomDigits } from '../crypto/randomDigits.ts';
import type { Sealing } from '../crypto/vault.ts';
import { ApiError, invalidField } from '../errors.ts';
import { type Bucket, count, isOverfull } from '../limits/buckets.ts';
import { withinAllowance } from '../limits/deliveries.ts';
import type { Limited } from '../limits/limits.ts';
import { wholeApp } from '../limits/wholeApp.ts';
import { latestEnd } from '../process/time.ts';
import type { PhoneNumber, Schema } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
import { deliveryUnavailable } from '../upstream/delivery.ts';
import type { SmsSender, SmsServices } from './sender.ts';

/** Capabilities of functions on codes, which are stored as fingerprints and counted if they are wrong. */
type CodeTenant = Tenant & Sealing & Limited;

/**
 * Lifetime of a code in seconds. Codes that expire later than that, by more than `clockSkew`, are refused: during an upgrade to a lifetime that
 * is longer by more, processes of the earlier version refuse the codes of the later one.
 */
export const smsCodeLifetime = 300;
/** Digits of a code, and the number of tries. */
interface CodeFormat {
  digits: number;
  tries: number;
}
const usual: CodeFormat = { digits: 6, tries: 5 };
/** Format during distributed guessing: with two more digits, a guess is a hundred times less likely to be right. */
const guarded: CodeFormat = { digits: 8, tries: 5 };
/** The same for templates without room for more digits. Refusing to send codes would let an attacker block the app's logins. */
const guardedShort: CodeFormat = { digits: 6, tries: 1 };

/**
 * Sends a new code to a number, which invalidates the earlier one unless sending fails.
 *
 * @param phone normalised
 * @param signatureId position in `SMS_SIGN_NAME` of the message's signature, from 1; the first if absent
 * @param approve throws if the message is not to be sent
 * @throws login_method_disabled for an app that has no use for codes; sms_rate_limited after one in a minute or ten in 24 hours
 *   (docs/protocol.md, Operations); delivery_unavailable; request_invalid for a number or a signature that the app or the sender does not
 *   support
 */
export async function sendCode(
  tenant: CodeTenant,
  app: App,
  services: SmsServices & { sms: SmsSender | undefined },
  phone: PhoneNumber,
  signatureId: number | undefined,
  approve: () => Promise<void>,
): Promise<void> {
  const { sms } = services;
  const { id, store, vault, now } = tenant;
  requireUseForCodes(app);
  await requireCountry(app, phone);
  if (!sms) throw deliveryUnavailable({ fault: 'SMS_PROVIDER is not set' });
  await approve();
  const { digits, tries } = await chooseFormat(tenant, sms);
  const code = randomDigits(digits);
  await withinAllowance(tenant, { kind: 'sms', subjects: [phone], refusal: 'sms_rate_limited' }, async () => {
    await sms.send({ clientId: app.client_id, phone, code, signatureId }, services);
    await store
      .insertInto('sms_codes')
      .values({ tenant_id: id, phone, code_hash: vault.fingerprint(code, phone), tries_left: tries, expires_at: now() + smsCodeLifetime })
      .onConflict((conflict) =>
        conflict.columns(['tenant_id', 'phone']).doUpdateSet(({ ref }) => ({
          code_hash: ref('excluded.code_hash'),
          tries_left: ref('excluded.tries_left'),
          expires_at: ref('excluded.expires_at'),
        })),
      )
      .execute();
  });
}

/** Refuses to send codes, which cost money, for an app that has neither login by code nor login by number. */
function requireUseForCodes({ login_methods }: App): void {
  if (login_methods.includes('sms') || login_methods.includes('phone')) return;
  throw loginDisabled('sms', 'phone');
}

/** Refuses countries that the app does not list: messages to some cost a hundred times more, and fraudsters there profit from them. */
async function requireCountry({ sms_countries }: App, phone: PhoneNumber): Promise<void> {
  if (sms_countries === 'all') return;
  const code = await callingCodeOf(phone);
  if (!sms_countries.includes(code)) throw invalidField('/body/phone', `begins with +${code}, and this app sends no codes to that country`);
}

/**
 * Redeems the code that was sent to a number. A wrong code is recorded in the audit trail.
 *
 * @param phone normalised
 * @param code as sent by the client; leading zeros are missing in a number
 * @param options `userId`, who tries the code, by default the user who has verified the number; `approve`, which throws if a right code is
 *   not to be used now, and leaves it valid
 * @throws sms_code_invalid if the code is wrong, used, expired or was tried too often
 */
export async function redeemCode(
  tenant: CodeTenant,
  audit: AuditTrail,
  phone: PhoneNumber,
  code: string | number,
  { userId, approve }: { userId?: number; approve?: () => Promise<void> } = {},
): Promise<void> {
  if (await spendCode(tenant, phone, code, approve)) return;
  const tried = userId ?? (await findVerifiedOwner(tenant, 'phone', phone));
  audit.record(tenant, { event: 'login_failed', userId: tried, method: 'sms', errorCode: 'sms_code_invalid' });
  throw new ApiError('sms_code_invalid');
}

/** @returns whether the code is right; it is invalid afterwards */
async function spendCode(
  tenant: CodeTenant,
  phone: PhoneNumber,
  code: string | number,
  approve: (() => Promise<void>) | undefined,
): Promise<boolean> {
  const { id, store, vault, now } = tenant;
  const codes = typeof code === 'number' ? [usual, guarded].map(({ digits }) => String(code).padStart(digits, '0')) : [code];
  // Takes the try before the code is compared, so that concurrent guesses get no extra tries.
  const attempt = await store
    .updateTable('sms_codes')
    .set((row) => ({ tries_left: row('tries_left', '-', 1) }))
    .where('tenant_id', '=', id)
    .where('phone', '=', phone)
    .where('tries_left', '>', 0)
    .where('expires_at', '>', now())
    .where('expires_at', '<=', latestEnd(now(), smsCodeLifetime))
    .executeTakeFirst();
  if (attempt.numUpdatedRows === 0n) return false;
  const hashes = codes.flatMap((code) => vault.fingerprints(code, phone));
  const isThis = ({ and, eb }: ExpressionBuilder<Schema, 'sms_codes'>) =>
    and([eb('tenant_id', '=', id), eb('phone', '=', phone), eb('code_hash', 'in', hashes)]);
  if (approve && (await store.selectFrom('sms_codes').select('phone').where(isThis).executeTakeFirst())) {
    try {
      await approve();
    } catch (error) {
      // The code may be tried again, for which it needs the try that it has taken.
      const returned = store.updateTable('sms_codes').set((row) => ({ tries_left: row('tries_left', '+', 1) }));
      await returned.where(isThis).execute();
      throw error;
    }
  }
  const used = await store.deleteFrom('sms_codes').where(isThis).executeTakeFirst();
  if (used.numDeletedRows > 0n) return true;
  const guesses = guessesAt(tenant);
  if (guesses) await count(ofWholeApp(tenant), [guesses], 1);
  return false;
}

async function chooseFormat(tenant: CodeTenant, { codeDigits = guarded.digits }: SmsSender): Promise<CodeFormat> {
  const guesses = guessesAt(tenant);
  if (!guesses || !(await isOverfull(ofWholeApp(tenant), guesses))) return usual;
  return codeDigits < guarded.digits ? guardedShort : guarded;
}

const ofWholeApp = (tenant: CodeTenant): CodeTenant => ({ ...tenant, id: wholeApp(tenant.id) });

/** Counts wrong codes of the whole app, because an attacker may request codes for thousands of numbers, each with its own tries. */
const guessesAt = ({ rateLimits }: Limited): Bucket | undefined =>
  rateLimits && { limit: 'code_app', subject: 'app', rate: rateLimits.code_app };
