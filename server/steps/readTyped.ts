import type { OperationId } from '../../generated/operations.ts';
import { typedFields } from '../../generated/texts.ts';
import { typedAddress } from '../accounts/emailAddress.ts';
import { bareDigits, canonicalPhone } from '../accounts/phoneNumber.ts';
import { invalidField } from '../errors.ts';

type Kind = 'phone' | 'email' | 'username' | 'sms_code';

const fieldsOf: { readonly [Op in OperationId]?: Readonly<Record<string, Kind>> } = typedFields;

const readers: Record<Kind, (text: string, path: string) => string | Promise<string>> = {
  async phone(text, path) {
    const phone = await canonicalPhone(text);
    if (phone !== undefined) return phone;
    // Text that does not resemble a number fails the contract's pattern.
    const digits = bareDigits(text);
    if (/^\+?\d+$/.test(digits)) throw invalidField(path, impossiblePhone);
    return digits;
  },
  email: typedAddress,
  username: (text) => text.trim(),
  sms_code: bareDigits,
};

const impossiblePhone =
  'is not a possible phone number: a mainland number has 11 digits and begins with 13 to 19; any other begins with + and its country code';

/**
 * Normalises typed or pasted fields (phone numbers, mail addresses, usernames and SMS codes) in place, before validation. Passwords are
 * left as they are.
 *
 * @throws request_invalid for an impossible phone number
 */
export async function readTyped(operationId: OperationId, body: unknown): Promise<void> {
  const fields = fieldsOf[operationId];
  if (!fields || typeof body !== 'object' || body === null) return;
  const values = body as Record<string, unknown>;
  for (const [name, kind] of Object.entries(fields)) {
    const value = values[name];
    if (typeof value === 'string') values[name] = await readers[kind](value, `/body/${name}`);
  }
}
