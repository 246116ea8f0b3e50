import { describe, expect, it } from 'vitest';
import { createDatabase } from '../support/database.ts';
import { startProcess } from '../support/process.ts';
import { findFailures, withMutant } from './mutations/find.ts';
import { truth } from './mutations/truth.ts';

/** Far above what it takes on a busy machine. */
const timeout = 600_000;

describe('the contract suite against correct servers', () => {
  it(
    'finds nothing wrong with one that only looks different',
    async () => {
      const { origin } = await startProcess({ DATABASE_URL: await createDatabase(), LOG_LEVEL: 'warn' });
      expect(await withMutant(origin, truth, findFailures)).toEqual([]);
    },
    timeout,
  );
});
