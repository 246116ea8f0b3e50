import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { contract } from '../support/contract.ts';

it('is the same in the contract and in the package', () => {
  expect(contract.info.version).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
});
