import { describe, expect, it } from 'vitest';
import { canonicalPhone, phoneNumberOf } from '../../../server/accounts/phoneNumber.ts';

describe('a phone number', () => {
  it.each([
    ['13800138000', '13800138000'],
    ['+8613800138000', '13800138000'],
    ['8613800138000', '13800138000'],
    ['008613800138000', '13800138000'],
    ['+008613800138000', '13800138000'],
    ['+86 013800138000', '13800138000'],
    ['138-0013 8000', '13800138000'],
    ['+85291234567', '+85291234567'],
    ['0085291234567', '+85291234567'],
    ['+13105551234', '+13105551234'],
    ['+44 (0)20 7946 0018', '+442079460018'],
    ['8612345', undefined],
    ['+1234', undefined],
  ])('typed as %s has the canonical form %s', async (typed, canonical) => {
    expect(await canonicalPhone(typed)).toBe(canonical);
  });

  it('of a valid request is canonical', () => {
    expect(['13800138000', '+85291234567'].map(phoneNumberOf)).toEqual(['13800138000', '+85291234567']);
    expect(() => phoneNumberOf('+86 138 0013 8000')).toThrow();
  });
});
