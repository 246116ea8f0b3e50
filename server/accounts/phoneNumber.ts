/** Mobile numbers of mainland China, and the 13 digits of its machines (工信部, 电信网编号计划: 10648…, 14…). */
const mainland = /^1(?:[3-9]\d{9}|[04]\d{11})$/;

/** What people and keyboards put between digits: blanks, dashes of all kinds, brackets, dots, and characters that nobody sees. */
const decoration = /[\s\p{Cf}\p{Pd}().\xb7]/gu;

/** A number as it is typed or pasted, without what only decorates it. */
export const bareDigits = (typed: string): string => typed.normalize('NFKC').replaceAll(decoration, '');

/**
 * The one form in which a phone number is compared, kept, counted and sent to: a mainland number as its digits, any other as `+` and its
 * digits, without the 0 that some countries dial before a number at home.
 *
 * @returns undefined if it is not a possible number. Without a `+` or `00` it must be one of the mainland.
 */
export async function canonicalPhone(typed: string): Promise<string | undefined> {
  const digits = bareDigits(typed).replace(/^(\+?00)+/, '+');
  // Some write the 0 that was dialled before a mobile from elsewhere.
  const national = digits.replace(/^\+?86(?=1)|^\+860(?=1[3-9])/, '');
  if (mainland.test(national)) return national;
  if (!/^\+[1-9]\d{5,16}$/.test(digits) || digits.startsWith('+86')) return undefined;
  // Most servers never see a number from abroad, and the table of the world's numbers takes a while to load.
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min');
  const parsed = parsePhoneNumberFromString(digits);
  return parsed?.isPossible() ? parsed.number : undefined;
}

/** The calling code of a number in the form that compares: `86`, `852`, `1`. */
export async function callingCodeOf(phone: string): Promise<string> {
  if (!phone.startsWith('+')) return '86';
  const { parsePhoneNumberFromString } = await import('libphonenumber-js/min');
  return parsePhoneNumberFromString(phone)?.countryCallingCode ?? '';
}
