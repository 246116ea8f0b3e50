import { describe, expect, it } from 'vitest';
import { newLoginName, normalizeLoginName } from '../../../server/accounts/loginNames.ts';

describe('a login name', () => {
  it.each([
    ['username', 'Mei', 'mei'],
    ['username', 'ＭＥＩ', 'mei'],
    ['username', 'Straße', 'strasse'],
    ['username', 'x  y', 'x y'],
    ['email', 'Mei@Example.com', 'mei@example.com'],
    ['phone', '+85291234567', '+85291234567'],
  ] as const)('of the kind %s written as %s has the normal form %s', (kind, written, normal) => {
    expect(normalizeLoginName(kind, written)).toBe(normal);
  });

  it.each([
    ['that mixes scripts whose letters look alike', 'mеi'],
    ['with an invisible character', 'me\u200bi'],
    ['that is too long in its normal form', 'ﷺ'.repeat(60)],
  ])('%s is refused', (_case, username) => {
    expect(() => newLoginName('username', username)).toThrow(expect.objectContaining({ code: 'request_invalid' }));
  });
});
