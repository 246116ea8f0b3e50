import { defineConfig } from 'vitest/config';
import { faults, tag } from './test/support/faults.ts';
import { PageReporter } from './test/support/pageReporter.ts';
import { platformTable } from './test/support/platformTable.ts';

export default defineConfig({
  test: {
    // Nothing that a module keeps reaches from one test into another, so the files of a worker can share what it has loaded and compiled.
    isolate: false,
    maxWorkers: '100%',
    // A busy machine takes long, and nothing here waits for a time that is up.
    testTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    tags: [{ name: tag, description: 'A fault or an abuse, which has its line in test/FAULTS.md.' }],
    reporters: ['default', new PageReporter(faults), new PageReporter(platformTable)],
    coverage: { include: ['server/**/*.ts'], reporter: ['text-summary'] },
    projects: [
      {
        extends: true,
        test: {
          name: 'sqlite',
          include: ['test/**/*.test.ts'],
          // PostgreSQL, or several processes in production; or `npm run check:clients` and `npm run check:examples`.
          exclude: [
            'test/examples/{*,toolchains/*}.test.ts',
            // The project `pages`.
            'test/client/playground/{phones,pictures,stories}.test.ts',
            'test/server/store/postgres/**',
            'test/server/processes/{failover,pgbouncer,postgresAway,restart}.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: ['test/{server,compat}/**/*.test.ts', 'test/contract/truth.test.ts'],
          // Tests without a store run once.
          exclude: [
            'test/server/{config,crypto}/**',
            'test/server/http/docsPages.test.ts',
            'test/server/{main,observe/log,admin/checkApps,platforms/errorTables}.test.ts',
            'test/server/store/sqlite/**',
            'test/server/processes/{diskFull,files,logStuck}.test.ts',
            // About the wire, which every version of the SDK writes in its own way.
            'test/compat/versions.test.ts',
            // In a browser, where the store makes no difference.
            'test/{compat/webLogins,server/sandbox/scanPage}.test.ts',
          ],
          globalSetup: 'test/support/postgres.ts',
        },
      },
      // Clients and back ends in other languages, which fetch their packages.
      { extends: true, test: { name: 'clients', include: ['test/examples/*.test.ts'] } },
      // Apps that are built with the toolchains of their frameworks, fetched by npm.
      { extends: true, test: { name: 'examples', include: ['test/examples/toolchains/*.test.ts'] } },
      // The page is built first.
      {
        extends: true,
        test: {
          name: 'pages',
          include: ['test/client/playground/{phones,pictures,stories}.test.ts'],
          globalSetup: 'test/support/buildPages.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'mock',
          include: ['test/client/**/*.test.ts'],
          // Tests without a server run once.
          exclude: ['test/client/{build,package}.test.ts', 'test/client/playground/**'],
          globalSetup: 'test/support/mockProject.ts',
        },
      },
    ],
  },
});
