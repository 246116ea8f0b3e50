import { lookup } from 'node:dns/promises';
import { describe, expect, it } from 'vitest';
import { createPasswords } from '../../../server/accounts/passwords.ts';

const passwords = createPasswords();

describe('passwords', () => {
  it("are hashed with argon2id at OWASP's cost, with a new salt each time", async () => {
    const [first, second] = [await passwords.hash('plum-rain-june'), await passwords.hash('plum-rain-june')];
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(first).not.toBe(second);
  });

  it('are verified', async () => {
    const hashed = await passwords.hash('plum-rain-june');
    expect(await passwords.verify(hashed, 'plum-rain-june')).toBe(true);
    expect(await passwords.verify(hashed, 'plum-rain-july')).toBe(false);
  });

  it('fail to verify without a hash, after the same time', async () => {
    const hashed = await passwords.hash('plum-rain-june');
    const timeOf = async (hash: string | null) => {
      const start = performance.now();
      expect(await passwords.verify(hash, 'wrong')).toBe(false);
      return performance.now() - start;
    };
    const ratios: number[] = [];
    for (let round = 0; round < 15; round++) ratios.push((await timeOf(null)) / (await timeOf(hashed)));
    const median = ratios.sort((a, b) => a - b)[7];
    expect(median).toBeGreaterThan(1 / 3);
    expect(median).toBeLessThan(3);
  });

  it('many at once: threads stay free for other work', { tags: 'fault' }, async () => {
    let checked = 0;
    const checks = Array.from({ length: 40 }, () => passwords.verify(null, 'wrong').then(() => checked++));
    await lookup('localhost');
    expect(checked).toBeLessThan(20);
    await Promise.all(checks);
  });

  it('more at once than fit in the queue: refused at once, and accepted when the queue has room', { tags: 'fault' }, async () => {
    const few = createPasswords({ waiting: 1 });
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => few.verify(null, 'wrong')));
    expect(outcomes.map(({ status }) => status)).toEqual([...Array(4).fill('fulfilled'), 'rejected', 'rejected']);
    expect(outcomes[5]).toMatchObject({ reason: { code: 'rate_limited', retryAfter: 10 } });
    expect(await few.verify(null, 'wrong')).toBe(false);
  });

  it('are verified after a malformed hash', async () => {
    await Promise.all(Array.from({ length: 5 }, () => expect(passwords.verify('no hash', 'wrong')).rejects.toThrow()));
    expect(await passwords.verify(null, 'wrong')).toBe(false);
  });
});
