// @module-tag fault
import { createHook } from 'node:async_hooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Background } from '../../../server/process/background.ts';
import type { Store } from '../../../server/store/schema.ts';
import { createDatabase, openTestStore } from '../../support/database.ts';
import { startServer } from '../../support/server.ts';
import { addUser } from '../../support/users.ts';

/** Milliseconds between which the work of a reset begins. */
const [earliest, latest] = [100, 600];

const addresses = { verified: 'mei@example.com', claimed: 'larry@example.com', unknown: 'unknown@example.com' };

/** A store that notes the text of each statement. */
function recording(store: Store, statements: string[]): Store {
  return store.withPlugin({
    transformQuery({ node, queryId }) {
      statements.push(store.getExecutor().compileQuery(node, queryId).sql);
      return node;
    },
    transformResult: async ({ result }) => result,
  });
}

/** A background whose work waits for the test. */
function createWaiting(): Background & { tasks: (() => Promise<void>)[] } {
  const tasks: (() => Promise<void>)[] = [];
  return { tasks, run: (task) => void tasks.push(task), settled: async () => undefined };
}

async function start() {
  const database = await createDatabase();
  const statements: string[] = [];
  const background = createWaiting();
  const server = await startServer({
    database,
    services: { background, store: recording(await openTestStore(database), statements) },
  });
  await addUser(server, { email: addresses.verified, email_verified: 1 });
  await addUser(server, { email: addresses.claimed });
  return { server, statements, tasks: background.tasks };
}

describe('timing of password resets', () => {
  it('for a verified, a claimed and an unknown address: the same statements before each response, none of them about an account', async () => {
    const { server, statements, tasks } = await start();
    const before: Record<string, string[]> = {};
    for (const [kind, email] of Object.entries(addresses)) {
      // The first of an address makes its buckets, the second finds them.
      for (const round of [1, 2]) {
        statements.length = 0;
        expect(await server.call('requestPasswordReset', { body: { email } })).toMatchObject({ status: 201, body: { status: 'ok' } });
        before[`${kind} ${round}`] = [...statements];
      }
    }
    expect(tasks).toHaveLength(6);
    for (const round of [1, 2]) {
      expect(before[`verified ${round}`]).toEqual(before[`unknown ${round}`]);
      expect(before[`claimed ${round}`]).toEqual(before[`unknown ${round}`]);
    }
    const seen = Object.values(before).flat().join('\n');
    expect(seen).not.toMatch(/login_names|login_claims|"users"|mail_links/);
    statements.length = 0;
    await tasks[0]?.();
    expect(statements.join('\n')).toMatch(/login_names/);
  });

  it('measured by the next request: the work starts at a random time, for any address', async () => {
    const { server, statements, tasks } = await start();
    for (const email of Object.values(addresses)) {
      for (let round = 0; round < 5; round++) await server.call('requestPasswordReset', { body: { email } });
    }
    statements.length = 0;
    const waits: number[] = [];
    const timers = createHook({
      init(_id, type, _trigger, resource) {
        if (type === 'Timeout' && '_idleTimeout' in resource) waits.push(Number(resource._idleTimeout));
      },
    }).enable();
    onTestFinished(() => void timers.disable());
    const begun = Array.from({ length: 20 }, () => tasks.map((task) => task())).flat();
    timers.disable();
    expect(waits).toHaveLength(begun.length);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(earliest);
    expect(Math.max(...waits)).toBeLessThan(latest);
    // 300 uniform draws from 500 values are about 225 different ones; 100 would be a fault of the generator.
    expect(new Set(waits).size).toBeGreaterThan(100);
    expect(statements).toEqual([]);
    await Promise.allSettled(begun);
  });
});
