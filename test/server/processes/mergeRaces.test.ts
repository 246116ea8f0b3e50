// @module-tag fault
import { describe, expect, it } from 'vitest';
import { createDatabase, openTestStore } from '../../support/database.ts';
import { raceCases, runRace } from '../../support/mergeRaces.ts';
import { startProcess } from '../../support/process.ts';

describe('two processes', () => {
  it('merge at the same time as anything else: no identity is lost, none is an orphan, and no merge goes in a circle', async () => {
    const DATABASE_URL = await createDatabase();
    const first = await startProcess({ DATABASE_URL });
    const second = await startProcess({ DATABASE_URL }, first.origin);
    const store = await openTestStore(DATABASE_URL);
    let round = 0;
    for (const [, race] of raceCases) {
      for (const turn of [1, 2, 3, 4]) await runRace(store, turn % 2 ? [first, second] : [second, first], race, round++);
    }
    expect(round).toBe(4 * raceCases.length);
  });
});
