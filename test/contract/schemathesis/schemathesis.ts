/** Has Schemathesis try a server with the sandbox, with all its checks and the contract's links; `hooks.py` has what the server may refuse. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startCommand, stopCommand } from '../../support/command.ts';

const root = join(import.meta.dirname, '../../..');

export interface Trial {
  /** Requests made up for each operation, besides the contract's examples and the ones that every run has. */
  perOperation: number;
  phases: ('examples' | 'coverage' | 'fuzzing' | 'stateful')[];
  /** After this many seconds it is ended, and has failed. */
  seconds: number;
}

/**
 * Starts a server with an empty database, tries it and ends it.
 *
 * @param commands the folder with Schemathesis (`pythonTools`)
 * @param onOutput gets what Schemathesis prints, while it does
 * @returns its exit code, how many requests it made up, and all that it printed
 */
export async function trySchemathesis(
  commands: string,
  trial: Trial,
  onOutput: (text: string) => void = () => undefined,
): Promise<{ status: number | null; cases: number; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'schemathesis-'));
  const port = String(await freePort());
  const env = { PORT: port, RATE_LIMIT: 'off', LOG_LEVEL: 'error' };
  const server = await startCommand(process.execPath, [join(root, 'server/start.js')], 'Ready at', env, folder);
  try {
    const { status, output } = await run(join(commands, 'schemathesis'), trial, `http://127.0.0.1:${port}`, folder, onOutput);
    return { status, output, cases: Number(/(\d+) generated/.exec(output)?.[1] ?? 0) };
  } finally {
    await stopCommand(server);
    rmSync(folder, { recursive: true });
  }
}

/** @param cwd the folder that it leaves its cache in */
function run(
  command: string,
  { perOperation, phases, seconds }: Trial,
  origin: string,
  cwd: string,
  onOutput: (text: string) => void,
): Promise<{ status: number | null; output: string }> {
  const config = ['--config-file', join(import.meta.dirname, 'schemathesis.toml')];
  const options = ['--max-examples', String(perOperation), '--phases', phases.join(), '--seed', '20261130', '--no-color'];
  const child = spawn(command, [...config, 'run', join(root, 'generated/openapi.json'), '--url', origin, ...options], {
    cwd,
    timeout: seconds * 1000,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LOGIN_URL: origin, SCHEMATHESIS_HOOKS: join(import.meta.dirname, 'hooks.py') },
  });
  let output = '';
  const read = (chunk: Buffer) => {
    output += chunk;
    onOutput(String(chunk));
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}
