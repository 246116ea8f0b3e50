import { describe, expect, it } from 'vitest';
import { readNumber } from '../../../server/platforms/phone.ts';

describe("a phone number in a platform's reply", () => {
  it.each([
    ['of the mainland is stored bare', { phoneNumber: '13800138000', purePhoneNumber: '13800138000', countryCode: '86' }, '13800138000'],
    [
      'of another country carries its code',
      { phoneNumber: '+447911123456', purePhoneNumber: '7911123456', countryCode: '44' },
      '+447911123456',
    ],
    ['has a country code with a plus', { purePhoneNumber: '7911123456', countryCode: '+44' }, '+447911123456'],
    ['is alone', { phoneNumber: '13800138000' }, '13800138000'],
    ['is alone with the mainland’s code', { phoneNumber: '+8613800138000' }, '13800138000'],
    ['has its country as digits alone', { phoneNumber: '447911123456', purePhoneNumber: '7911123456', countryCode: '44' }, '+447911123456'],
    ['is called mobile', { mobile: '13800138000' }, '13800138000'],
    ['is called mobile, with a country code', { mobile: '7911123456', countryCode: '44' }, '+447911123456'],
  ])('a number that %s', async (_case, reply, stored) => {
    expect(await readNumber(reply)).toBe(stored);
  });

  it.each([
    ['nothing', {}],
    ['no digits', { phoneNumber: 'none' }],
    ['too few', { phoneNumber: '1234' }],
    ['too many', { phoneNumber: '12345678901234567890' }],
    ['spaces', { phoneNumber: '138 0013 8000' }],
    ['an invalid country code', { phoneNumber: '13800138000', countryCode: '0' }],
    ['a country code that is not the number’s', { phoneNumber: '+447911123456', countryCode: '86' }],
    ['a number that begins with its country code, or does not', { phoneNumber: '447911123456', countryCode: '44' }],
    ['another pure number', { phoneNumber: '13800138000', purePhoneNumber: '13900139000', countryCode: '86' }],
    ['another country', { phoneNumber: '+447911123456', purePhoneNumber: '7911123456', countryCode: '1' }],
    ['a foreign number without its country', { phoneNumber: '7911123456', purePhoneNumber: '7911123456', countryCode: '44' }],
    ['two names that disagree', { purePhoneNumber: '13800138000', mobile: '13900139000' }],
    ['a name that disagrees and no country', { phoneNumber: '13800138000', mobile: '13900139000' }],
  ])('is rejected with %s', async (_case, reply) => {
    expect(await readNumber(reply)).toBeUndefined();
  });
});
