import { expect, it } from 'vitest';
import { takeRandomBytes } from '../../../server/crypto/random.ts';

it('gives as many bytes as are asked for, and no two of them twice', () => {
  const taken = Array.from({ length: 1000 }, (_, n) => takeRandomBytes(12 + (n % 30)));
  expect(taken.map(({ length }) => length)).toEqual(taken.map((_, n) => 12 + (n % 30)));
  expect(new Set(taken.map((bytes) => bytes.toString('hex').slice(0, 24))).size).toBe(1000);
});

it('gives more than it has at hand', () => {
  const bytes = takeRandomBytes(10_000);
  expect(bytes).toHaveLength(10_000);
  expect(new Set(bytes).size).toBe(256);
});
