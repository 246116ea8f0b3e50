import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hashSessionToken, newSessionToken } from '../../../server/crypto/tokens.ts';

describe('session tokens', () => {
  it('have hashes that sort by creation time', () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const hashes = [0, 1, 255, 256, 65_536, 1_795_299_830_000, 4_000_000_000_000].map((time) => {
      vi.setSystemTime(time);
      return hashSessionToken(newSessionToken());
    });
    expect(hashes.toSorted()).toEqual(hashes);
  });

  it('are distinct, with distinct hashes, in quick succession', () => {
    const tokens = Array.from({ length: 1000 }, newSessionToken);
    expect(new Set(tokens).size).toBe(1000);
    expect(new Set(tokens.map(hashSessionToken)).size).toBe(1000);
  });

  it('have hashes without the random part in clear', () => {
    const token = newSessionToken();
    const hash = hashSessionToken(token);
    expect(token).toMatch(/^[\w-]{51}$/);
    expect(hash).toMatch(/^[0-9a-f]{12}[\w-]{43}$/);
    expect(hash).not.toContain(token.slice(8));
  });

  it.each(['', 'x', '会', 'x'.repeat(4096)])('are hashed for any text that a client sends: %j', (token) => {
    expect(hashSessionToken(token).length).toBeLessThanOrEqual(64);
  });
});
