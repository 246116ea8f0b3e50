import { expect, it } from 'vitest';
import { comparable } from '../../../server/accounts/loginNames.ts';

it.each([
  ['13800138000', '13800138000'],
  ['+8613800138000', '13800138000'],
  ['8613800138000', '13800138000'],
  ['008613800138000', '13800138000'],
  ['+008613800138000', '13800138000'],
  ['+85291234567', '+85291234567'],
  ['0085291234567', '+85291234567'],
  ['+13105551234', '+13105551234'],
  ['8612345', '8612345'],
])('compares the number %s as %s', (phone, compared) => {
  expect(comparable('phone', phone)).toBe(compared);
});
