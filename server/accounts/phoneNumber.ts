import type { PhoneNumber } from '../store/schema.ts';

/** Mobile numbers of mainland China, and the 13 digits of its machines (工信部, 电信网编号计划: 10648…, 14…). */
const mainland = /^1(?:[3-9]\d{9}|[04]\d{11})$/;

/** Separators that people and keyboards put between digits: spaces, dashes, brackets, dots and invisible characters. */
const decoration = /[\s\p{Cf}\p{Pd}().\xb7]/gu;

/** A number as it was typed or pasted, without separators. */
export const bareDigits = (typed: string): string => typed.normalize('NFKC').replaceAll(decoration, '');

/**
 * The canonical form, in which a phone number is compared, stored, counted and sent to: a mainland number as its digits, any other in E.164,
 * without the trunk 0 that some countries dial at home.
 *
 * @returns undefined if it is not a possible number. Without a `+` or `00` it must be one of the mainland.
 */
export async function canonicalPhone(typed: string): Promise<PhoneNumber | undefined> {
  const digits = bareDigits(typed).replace(/^(\+?00)+/, '+');
  // Some people write the trunk 0 of long-distance calls to a mobile.
  const national = digits.replace(/^\+?86(?=1)|^\+860(?=1[3-9])/, '');
  if (mainland.test(national)) return national as PhoneNumber;
  if (!/^\+[1-9]\d{5,16}$/.test(digits) || digits.startsWith('+86')) return undefined;
  // Most servers never see a foreign number, and the table of the world's numbers is slow to load.
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min');
  const parsed = parsePhoneNumberFromString(digits);
  return parsed?.isPossible() ? (parsed.number as string as PhoneNumber) : undefined;
}

/** A number of a valid request, which `readTyped` has made canonical. */
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
