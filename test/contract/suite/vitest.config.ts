import { defineConfig } from 'vitest/config';

/** The contract tests against a server that runs already: `run.ts` says which. */
export default defineConfig({
  test: {
    include: ['test/contract/suite/suite.ts'],
    maxConcurrency: 32,
    testTimeout: 60_000,
  },
});
