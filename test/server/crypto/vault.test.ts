import { describe, expect, it } from 'vitest';
import { createVault } from '../../../server/crypto/vault.ts';

const vault = createVault('a secret key for tests, 32 characters');

describe('the vault', () => {
  it('opens what it sealed', () => {
    expect(vault.open(vault.seal('session key', 'larry'), 'larry')).toBe('session key');
  });

  it('seals the same text differently each time', () => {
    expect(vault.seal('text', 'larry')).not.toBe(vault.seal('text', 'larry'));
  });

  it('returns the same fingerprint in one context, and different ones in other contexts or with other keys', () => {
    const fingerprint = vault.fingerprint('048213', 'larry');
    expect(vault.fingerprint('048213', 'larry')).toBe(fingerprint);
    expect(vault.fingerprint('048213', 'mei')).not.toBe(fingerprint);
    expect(createVault('another secret key, 32 characters').fingerprint('048213', 'larry')).not.toBe(fingerprint);
  });

  it('refuses a text of another context, a changed one and one of another key', () => {
    const sealed = vault.seal('text', 'larry');
    expect(() => vault.open(sealed, 'mei')).toThrow();
    expect(() => vault.open(`${sealed.slice(0, -2)}AA`, 'larry')).toThrow();
    expect(() => createVault('another secret key, 32 characters').open(sealed, 'larry')).toThrow(/sealed with key/);
  });

  it('opens with its fallback key too, and seals with the first', () => {
    const other = createVault('another secret key, 32 characters');
    const rotating = createVault('another secret key, 32 characters', 'a secret key for tests, 32 characters');
    const sealed = vault.seal('text', 'larry');
    expect(rotating.open(sealed, 'larry')).toBe('text');
    expect([rotating.isCurrent(sealed), rotating.isCurrent(other.seal('text', 'larry'))]).toEqual([false, true]);
    expect(other.open(rotating.seal('text', 'larry'), 'larry')).toBe('text');
    expect(rotating.fingerprints('048213', 'larry')).toEqual([other, vault].map((each) => each.fingerprint('048213', 'larry')));
  });
});
