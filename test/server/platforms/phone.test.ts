import { expect, it } from 'vitest';
import { readNumber } from '../../../server/platforms/phone.ts';

it.each([
  ['of the mainland is stored bare', { phoneNumber: '13800138000', purePhoneNumber: '13800138000', countryCode: '86' }, '13800138000'],
  [
    'of another country carries its code',
    { phoneNumber: '+447911123456', purePhoneNumber: '7911123456', countryCode: '44' },
    '+447911123456',
  ],
  ['has a country code with a plus', { purePhoneNumber: '7911123456', countryCode: '+44' }, '+447911123456'],
  ['stands alone', { phoneNumber: '13800138000' }, '13800138000'],
  ['stands alone with the mainland’s code', { phoneNumber: '+8613800138000' }, '13800138000'],
  ['is called mobile', { mobile: '13800138000' }, '13800138000'],
  ['is called mobile beside a country code', { mobile: '7911123456', countryCode: '44' }, '+447911123456'],
])('a number that %s', (_case, told, stored) => {
  expect(readNumber(told, 'ours')).toBe(stored);
});

it.each([
  ['nothing', {}],
  ['no digits', { phoneNumber: 'none' }],
  ['too few', { phoneNumber: '1234' }],
  ['too many', { phoneNumber: '12345678901234567890' }],
  ['spaces', { phoneNumber: '138 0013 8000' }],
])('is corrupt with %s', (_case, told) => {
  expect(() => readNumber(told, 'ours')).toThrow(expect.objectContaining({ code: 'payload_corrupt' }));
});

it('is foreign where the watermark names another app', () => {
  const told = { phoneNumber: '13800138000', watermark: { appid: 'theirs' } };
  expect(() => readNumber(told, 'ours')).toThrow(expect.objectContaining({ code: 'payload_foreign' }));
});
