import { describe, expect, it } from 'vitest';
import { pythonToolsOrSkip } from '../support/python.ts';
import { trySchemathesis } from './schemathesis/schemathesis.ts';

const commands = pythonToolsOrSkip('Schemathesis');

describe('Schemathesis', () => {
  it.skipIf(!commands)('finds no answer that the contract does not allow', { timeout: 600_000 }, async () => {
    const { status, cases, output } = await trySchemathesis(`${commands}`, {
      perOperation: 5,
      phases: ['examples', 'fuzzing', 'stateful'],
      seconds: 500,
    });
    expect(output).toContain('No issues found');
    expect(status).toBe(0);
    // One that could not reach the server, or not read the contract, would have made up none.
    expect(cases).toBeGreaterThan(500);
  });
});
