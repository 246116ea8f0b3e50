import { describe, expect, inject, it } from 'vitest';
import { createDatabase } from '../support/database.ts';
import { startProcess } from '../support/process.ts';
import { findFailures, withMutant } from './mutations/find.ts';
import { truths } from './mutations/truths.ts';

/** Far above what it takes on a busy machine. */
const timeout = 600_000;

describe('the contract suite against correct servers', () => {
  it(
    'finds nothing wrong with one that only looks different',
    async () => {
      const { origin } = await startProcess({ DATABASE_URL: await createDatabase(), LOG_LEVEL: 'warn' });
      // Surroundings of a server do not depend on its database.
      const surroundings = Object.values(truths).slice(0, inject('postgres') === undefined ? undefined : 1);
      const failures = surroundings.map((truth) => withMutant(origin, truth, findFailures));
      expect((await Promise.all(failures)).flat()).toEqual([]);
    },
    timeout,
  );
});
