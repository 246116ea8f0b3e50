import { randomInt } from 'node:crypto';

/** A random code of decimal digits, zeros at its start included. */
export const randomDigits = (count: number): string => String(randomInt(10 ** count)).padStart(count, '0');
