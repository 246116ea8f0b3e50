import { defineConfig } from 'vitest/config';

/** The contract tests against a server that runs already: `run.ts` says which. */
export default defineConfig({
  test: {
    include: ['test/contract/suite/suite.ts'],
    maxConcurrency: 32,
    // Some cases are dozens of requests, and each may wait for a busy machine.
    testTimeout: 300_000,
  },
});
