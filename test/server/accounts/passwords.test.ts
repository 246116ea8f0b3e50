import { expect, it } from 'vitest';
import { passwords } from '../../../server/accounts/passwords.ts';

it('hashes with argon2id at the cost that the design names, never twice alike', async () => {
  const hash = await passwords.hash('correct horse');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await passwords.hash('correct horse')).not.toBe(hash);
});

it('tells the right password from a wrong one', async () => {
  const hash = await passwords.hash('correct horse');
  expect(await passwords.verify(hash, 'correct horse')).toBe(true);
  expect(await passwords.verify(hash, 'battery staple')).toBe(false);
});
