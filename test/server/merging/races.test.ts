// @module-tag fault
import { describe, it } from 'vitest';
import { raceCases, runRace } from '../../support/mergeRaces.ts';
import { startServer } from '../../support/server.ts';

describe('merges at the same time as', () => {
  it.each(raceCases)('%s: no identity is lost, none is an orphan, and no merge goes in a circle', async (_name, race) => {
    const server = await startServer({ rateLimited: false });
    for (let round = 0; round < 4; round++) await runRace(server.store, [server, server], race, round);
  });
});
