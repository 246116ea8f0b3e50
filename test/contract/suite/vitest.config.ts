import { defineConfig } from 'vitest/config';

/** The contract tests against a running server, which `run.ts` specifies. */
export default defineConfig({
  test: {
    include: ['test/contract/suite/suite.ts'],
    maxConcurrency: 32,
    // Some cases send dozens of requests, each of which may be slow on a busy machine.
    testTimeout: 300_000,
  },
});
