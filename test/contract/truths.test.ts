import { expect, it } from 'vitest';
import { createDatabase } from '../support/database.ts';
import { startProcess } from '../support/process.ts';
import { findFailures, withMutant } from './mutations/find.ts';
import { truths } from './mutations/truths.ts';

/** Far above what it takes on a busy machine. */
const timeout = 600_000;

it(
  'The contract tests find nothing wrong with servers that only look different',
  async () => {
    const { origin } = await startProcess({ DATABASE_URL: await createDatabase(), LOG_LEVEL: 'warn' });
    const failures = Object.values(truths).map((truth) => withMutant(origin, truth, findFailures));
    expect((await Promise.all(failures)).flat()).toEqual([]);
  },
  timeout,
);
