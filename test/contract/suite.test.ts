import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { allScopes } from '../../server/serverKeys/serverKeys.ts';
import { adminJson } from '../support/admin.ts';
import { freePort, startCommand, stopCommand } from '../support/command.ts';
import { createFolder } from '../support/folder.ts';
import { startMock } from '../support/mock.ts';
import { startProcess } from '../support/process.ts';

/** Far above what it takes on a busy machine. */
const timeout = 600_000;

/** Runs the contract tests from the command line. @returns their output; rejects with it if they fail */
async function runSuite(...options: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('node', ['test/contract/suite/run.ts', ...options], { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** A server, and the option with a key of its app. */
async function startServer(): Promise<{ origin: string; serverKey: string[] }> {
  const database = { DATABASE_URL: `sqlite:${createFolder()}/login.db` };
  const { origin } = await startProcess({ ...database, RATE_LIMIT: 'off', LOG_LEVEL: 'warn' });
  const { key } = await adminJson(['create-key', '--app', 'sandbox', '--scope', allScopes.join()], database);
  return { origin, serverKey: ['--server-key', key] };
}

/** Prism in front of a server: what it finds wrong with an answer becomes an error. */
async function startPrism(server: string): Promise<string> {
  const port = String(await freePort());
  const args = ['proxy', 'generated/openapi.json', server, '--errors', '--validate-request', 'false', '--port', port];
  const prism = await startCommand('node_modules/.bin/prism', args, 'is listening');
  onTestFinished(() => void stopCommand(prism));
  return `http://127.0.0.1:${port}`;
}

describe('npm run test:contract', () => {
  it(
    'passes against the server, and skips nothing that can be caused from outside',
    async () => {
      const { origin, serverKey } = await startServer();
      const printed = await runSuite('--url', origin, ...serverKey);
      process.stdout.write(printed);
      expect(printed).not.toContain('the target lacks');
      const [, requests] = /^in all +\d+ +(\d+)$/m.exec(printed) ?? [];
      expect(Number(requests)).toBeGreaterThan(2000);
    },
    timeout,
  );

  it(
    "passes through Prism's proxy, which validates the answers independently",
    async () => {
      const { origin, serverKey } = await startServer();
      const printed = await runSuite('--url', await startPrism(origin), ...serverKey, '--sandbox', `${origin}/sandbox`, '--examples');
      expect(printed).not.toMatch(/the target lacks (?!its own (body )?parser)/);
    },
    timeout,
  );

  it(
    'passes against the mock, except for cases that need state',
    async () => {
      const mock = await startMock();
      onTestFinished(() => void mock.stop());
      const printed = await runSuite('--url', mock.origin, '--server-key', 'any');
      expect(printed).not.toMatch(/the target lacks (?!a memory)/);
    },
    timeout,
  );

  it.each([
    [[], '--url: must be http://… or https://…'],
    [['--url', 'localhost:3000'], '--url: must be http://… or https://…'],
    [['--url', 'http://127.0.0.1:1', '--seed', 'x'], '--seed'],
    [['--port', '3000'], "Unknown option '--port'"],
  ])('reports what is wrong with the options %j', async (options, message) => {
    await expect(runSuite(...options)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
  });

  it('reports that the server does not answer', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const stderr = expect.stringContaining(`--url: no answer from ${url}: connect ECONNREFUSED`);
    await expect(runSuite('--url', url)).rejects.toMatchObject({ code: 1, stderr });
  });
});
