import { randomInt } from 'node:crypto';
import { findVerifiedOwner } from '../accounts/loginNames.ts';
import { callingCodeOf } from '../accounts/phoneNumber.ts';
import type { AuditTrail } from '../audit/trail.ts';
import type { App } from '../config/apps.ts';
import type { Sealing } from '../crypto/vault.ts';
import { ApiError, invalidField } from '../errors.ts';
import { type Bucket, count, isOverfull } from '../limits/buckets.ts';
import { withinAllowance } from '../limits/deliveries.ts';
import type { Limited } from '../limits/limits.ts';
import { wholeApp } from '../limits/wholeApp.ts';
import { latestEnd } from '../process/time.ts';
import type { PhoneNumber } from '../store/schema.ts';
import type { Tenant } from '../store/tenant.ts';
import { deliveryUnavailable } from '../upstream/delivery.ts';
import type { SmsSender, SmsServices } from './sender.ts';

/** Needs of functions on codes: they are stored as fingerprints, and wrong ones are counted. */
type CodeTenant = Tenant & Sealing & Limited;

/** Seconds that a code is valid for. Bounds reading too: shortened by more than `clockSkew`, it refuses codes that were sent before. */
const lifetime = 300;
/** How a code is made: how many digits it has, and how often it may be tried. */
interface Make {
  digits: number;
  tries: number;
}
const usual: Make = { digits: 6, tries: 5 };
/** During distributed guessing: two more digits make a guess a hundred times less likely. */
const guarded: Make = { digits: 8, tries: 5 };
/** For senders whose template has no room for more digits. Refusing codes instead would let an attacker block the app's logins. */
const guardedShort: Make = { digits: 6, tries: 1 };

/**
 * Sends a new code to a number. It invalidates the earlier one, unless sending fails.
 *
 * @param phone normalised
 * @param signatureId number of the signature of `SMS_SIGN_NAME` in the message, from 1; the first if absent
 * @throws login_method_disabled for an app that has no use for codes; sms_rate_limited past one a minute and ten in 24 hours
 *   (docs/protocol.md, Operations); delivery_unavailable; request_invalid for a number or a signature that the app or the sender does not
 *   support
 */
export async function sendCode(
  tenant: CodeTenant,
  app: App,
  services: SmsServices & { sms: SmsSender | undefined },
  phone: PhoneNumber,
  signatureId: number | undefined,
): Promise<void> {
  const { sms } = services;
  const { id, store, vault, now } = tenant;
  requireUseForCodes(app);
  await requireCountry(app, phone);
  if (!sms) throw deliveryUnavailable({ fault: 'SMS_PROVIDER is not set' });
  const { digits, tries } = await makeNow(tenant, sms);
  const code = String(randomInt(10 ** digits)).padStart(digits, '0');
  await withinAllowance(tenant, { kind: 'sms', subjects: [phone], refusal: 'sms_rate_limited' }, async () => {
    await sms.send({ clientId: app.client_id, phone, code, signatureId }, services);
    await store
      .insertInto('sms_codes')
      .values({ tenant_id: id, phone, code_hash: vault.fingerprint(code, phone), tries_left: tries, expires_at: now() + lifetime })
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

/** A code logs in by itself or verifies a number for login. If the app has neither, sending one only costs money. */
function requireUseForCodes({ login_methods }: App): void {
  if (login_methods.includes('sms') || login_methods.includes('phone')) return;
  throw new ApiError('login_method_disabled', { message: 'Please enable sms or phone login first.' });
}

/** Messages to some countries cost a hundred times more, which fraudsters there earn by. */
async function requireCountry({ sms_countries }: App, phone: PhoneNumber): Promise<void> {
  if (sms_countries === 'all') return;
  const code = await callingCodeOf(phone);
  if (!sms_countries.includes(code)) throw invalidField('/body/phone', `is a number of +${code}, where this app sends no codes`);
}

/**
 * Uses the code that a number was sent. A wrong one is recorded in the audit trail.
 *
 * @param phone normalised
 * @param given a number has lost its leading zeros
 * @param userId the user who tries; by default the one who has verified the number
 * @throws sms_code_invalid if it is wrong, used, expired or was tried too often
 */
export async function redeemCode(
  tenant: CodeTenant,
  audit: AuditTrail,
  phone: PhoneNumber,
  given: string | number,
  userId?: number,
): Promise<void> {
  if (await spendCode(tenant, phone, given)) return;
  const tried = userId ?? (await findVerifiedOwner(tenant, 'phone', phone));
  audit.record(tenant, { event: 'login_failed', userId: tried, method: 'sms', errorCode: 'sms_code_invalid' });
  throw new ApiError('sms_code_invalid');
}

/** @returns whether it is the code, which is worthless from then on */
async function spendCode(tenant: CodeTenant, phone: PhoneNumber, given: string | number): Promise<boolean> {
  const { id, store, vault, now } = tenant;
  const codes = typeof given === 'number' ? [usual, guarded].map(({ digits }) => String(given).padStart(digits, '0')) : [given];
  // The try is taken before the code is looked at: simultaneous guesses get no more of them than others.
  const attempt = await store
    .updateTable('sms_codes')
    .set((row) => ({ tries_left: row('tries_left', '-', 1) }))
    .where('tenant_id', '=', id)
    .where('phone', '=', phone)
    .where('tries_left', '>', 0)
    .where('expires_at', '>', now())
    .where('expires_at', '<=', latestEnd(now(), lifetime))
    .executeTakeFirst();
  if (attempt.numUpdatedRows === 0n) return false;
  const spent = await store
    .deleteFrom('sms_codes')
    .where('tenant_id', '=', id)
    .where('phone', '=', phone)
    .where(
      'code_hash',
      'in',
      codes.flatMap((code) => vault.fingerprints(code, phone)),
    )
    .executeTakeFirst();
  if (spent.numDeletedRows > 0n) return true;
  const guesses = guessesAt(tenant);
  if (guesses) await count(ofWholeApp(tenant), [guesses], 1);
  return false;
}

async function makeNow(tenant: CodeTenant, { codeDigits = guarded.digits }: SmsSender): Promise<Make> {
  const guesses = guessesAt(tenant);
  if (!guesses || !(await isOverfull(ofWholeApp(tenant), guesses))) return usual;
  return codeDigits < guarded.digits ? guardedShort : guarded;
}

const ofWholeApp = (tenant: CodeTenant): CodeTenant => ({ ...tenant, id: wholeApp(tenant.id) });

/** Wrong codes of the whole app. Each number has its own tries, but an attacker may request codes for thousands of numbers. */
const guessesAt = ({ rateLimits }: Limited): Bucket | undefined =>
  rateLimits && { limit: 'code_app', subject: 'app', rate: rateLimits.code_app };
