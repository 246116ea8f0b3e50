import type { PhoneNumber } from '../store/schema.ts';

/** Mobile numbers of mainland China (11 digits) and its IoT devices (13 digits; 工信部, 电信网编号计划: 10648…, 14…). */
const mainland = /^1(?:[3-9]\d{9}|[04]\d{11})$/;

/** Separators between digits: spaces, dashes, brackets, dots and invisible characters. */
const decoration = /[\s\p{Cf}\p{Pd}().\xb7]/gu;

/** Removes separators from a typed or pasted number. */
export const bareDigits = (typed: string): string => typed.normalize('NFKC').replaceAll(decoration, '');

/**
 * Normalises a phone number: mainland numbers to their digits, others to E.164, without the trunk prefix 0 of domestic calls.
 *
 * @returns undefined if it is not a possible number. Without a `+` or `00` it must be a mainland number.
 */
export async function canonicalPhone(typed: string): Promise<PhoneNumber | undefined> {
  const digits = bareDigits(typed).replace(/^(\+?00)+/, '+');
  // Some users type the trunk prefix 0 before a mobile number.
  const national = digits.replace(/^\+?86(?=1)|^\+860(?=1[3-9])/, '');
  if (mainland.test(national)) return national as PhoneNumber;
  if (!/^\+[1-9]\d{5,16}$/.test(digits) || digits.startsWith('+86')) return undefined;
  // Loaded on demand: the tables are slow to load, and most servers never see a foreign number.
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min');
  const parsed = parsePhoneNumberFromString(digits);
  return parsed?.isPossible() ? (parsed.number as string as PhoneNumber) : undefined;
}

/** Types a number from a valid request, which `readTyped` has normalised. */
export function phoneNumberOf(text: string): PhoneNumber {
  if (!mainland.test(text) && !/^\+[1-9]\d+$/.test(text)) throw new Error('a phone number that is not canonical');
  return text as PhoneNumber;
}

/** The calling code of a number: `86`, `852`, `1`. */
export async function callingCodeOf(phone: PhoneNumber): Promise<string> {
  if (!phone.startsWith('+')) return '86';
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min');
  return parsePhoneNumberFromString(phone)?.countryCallingCode ?? '';
}
