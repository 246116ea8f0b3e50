import { describe, expect, it } from 'vitest';
import { readCoverage } from './suite/coverage.ts';

describe("the contract's prose", () => {
  const { stale, uncovered, counts } = readCoverage();

  it('has every sentence that a case is marked with', () => expect(stale).toEqual([]));

  it('promises nothing that no case tries (docs/contributing/operation.md)', () => expect(uncovered).toEqual([]));

  it('has a case for most of what it promises', () => expect(counts.withCase).toBeGreaterThan(counts.exempt));
});
