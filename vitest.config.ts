import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // No module keeps state between tests, so the files that a worker runs can share what it has loaded and compiled.
    isolate: false,
    maxWorkers: '100%',
    // A busy machine takes long, and nothing here waits for a time that is up.
    testTimeout: 20_000,
    coverage: { include: ['server/**'], reporter: ['text-summary'] },
    projects: [
      { extends: true, test: { name: 'sqlite', include: ['test/**/*.test.ts'] } },
      // What has a store behind it runs once more on the other database.
      {
        extends: true,
        test: { name: 'postgres', include: ['test/{server,compat}/**/*.test.ts'], globalSetup: 'test/support/postgres.ts' },
      },
    ],
  },
});
