import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationTable } from '../../generated/operations.ts';
import { allScopes } from '../../server/serverKeys/serverKeys.ts';
import { adminJson } from '../support/admin.ts';
import { type StartedCommand, startCommand, stopCommand } from '../support/command.ts';
import { operationIds } from '../support/contract.ts';
import { secretKey } from '../support/secrets.ts';
import { findFailure, withMutant } from './mutations/find.ts';
import { mutations } from './mutations/index.ts';
import { kindOf } from './suite/context.ts';

let truth: string;
let serverKey: string;
let server: StartedCommand;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'login-'));
  const database = { DATABASE_URL: `sqlite:${folder}/login.db`, SECRET_KEY: secretKey };
  const env = { ...database, PORT: '0', RATE_LIMIT: 'off', LOG_LEVEL: 'warn' };
  server = await startCommand('node', ['server/main.ts'], /^Ready at \S+$/m, env);
  serverKey = (await adminJson(['create-key', '--app', 'sandbox', '--scope', allScopes.join()], database)).key;
  truth = /^Ready at (\S+)$/m.exec(server.output())?.[1] ?? '';
}, 60_000);
afterAll(async () => {
  await stopCommand(server);
  rmSync(folder, { recursive: true });
});

describe('the contract tests', () => {
  it('are tried in at least 80 ways', () => expect(mutations.length).toBeGreaterThanOrEqual(80));

  it('are tried in a way for each operation that writes', () => {
    const tried = new Set(mutations.flatMap(({ of }) => of.map(kindOf)));
    const untried = operationIds.filter((id) => operationTable[id].method !== 'GET' && !tried.has(kindOf(id)));
    const advice =
      'add a mutant to the file of its tag in test/contract/mutations/, and to its index.ts (docs/contributing/operation.md, 5)';
    expect(untried.map((id) => `${id}: ${advice}`)).toEqual([]);
  });

  it.concurrent.each(mutations)('find a server whose $of.0 $name', async ({ of, mutate }) => {
    const failure = await withMutant(truth, mutate, (target) => findFailure(target, of), serverKey);
    expect(failure).toBeDefined();
  });
});
