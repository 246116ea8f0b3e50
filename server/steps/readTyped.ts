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
    // The contract rejects text that is far from a number.
    const digits = bareDigits(text);
    if (/^\+?\d+$/.test(digits)) throw invalidField(path, impossiblePhone);
    return digits;
  },
  email: typedAddress,
  username: (text) => text.trim(),
  sms_code: bareDigits,
};

const impossiblePhone =
  'is not a number that anybody has: a mainland number has 11 digits and begins with 13 to 19, any other begins with + and its country code';

/**
 * Reads what people type or paste as they mean it, in place, before the request is held to the contract: hands are not machines. Passwords
 * stay as they are.
 *
 * @throws request_invalid for a phone number that cannot be
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
