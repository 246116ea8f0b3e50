import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { contract } from '../support/contract.ts';

describe('the version', () => {
  it('is the same in the contract and the package', () => {
    expect(contract.info.version).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
  });
});
