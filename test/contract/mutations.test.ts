import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StartedCommand, startCommand, stopCommand } from '../support/command.ts';
import { findFailure, withMutant } from './mutations/find.ts';
import { mutations } from './mutations/index.ts';

let truth: string;
let server: StartedCommand;
beforeAll(async () => {
  const env = { PORT: '0', RATE_LIMIT: 'off', LOG_LEVEL: 'warn', DATABASE_URL: 'sqlite::memory:' };
  server = await startCommand('node', ['server/main.ts'], /^Ready at \S+$/m, env);
  truth = /^Ready at (\S+)$/m.exec(server.output())?.[1] ?? '';
}, 60_000);
afterAll(() => stopCommand(server));

describe('the contract tests', () => {
  it('are tried in at least 80 ways', () => expect(mutations.length).toBeGreaterThanOrEqual(80));

  it.concurrent.each(mutations)('find a server whose $of.0 $name', async ({ of, mutate }) => {
    const failure = await withMutant(truth, mutate, (target) => findFailure(target, of));
    expect(failure).toBeDefined();
  });
});
