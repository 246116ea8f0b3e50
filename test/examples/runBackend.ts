import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished, vi } from 'vitest';
import { freePort } from '../support/command.ts';
import { blockOf, type Example, folderOf } from './readme.ts';

/** Milliseconds that an example may take to fetch its packages, compile and start. */
const patience = 900_000;

/**
 * Builds and starts an example as its README says, until the test is over.
 *
 * @param origin the login service's
 * @param env variables that the README asks the reader to set
 * @returns the example's origin, once it answers
 */
export async function runBackend(example: Example, origin: string, env: Record<string, string>): Promise<string> {
  const port = await freePort();
  const steps = blockOf(example, 'sh').replaceAll('http://127.0.0.1:3000', origin).replaceAll('8080', String(port));
  const child = spawn('bash', ['-euo', 'pipefail', '-c', steps], {
    cwd: folderOf(example),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // The server may be a child of the shell or of npm: a signal must reach them all.
    detached: true,
  });
  let output = '';
  let ended = false;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
  const exit = once(child, 'exit').then(() => {
    ended = true;
  });
  onTestFinished(async () => {
    if (!ended && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await exit;
  });
  const url = `http://127.0.0.1:${port}`;
  const answers = async () => ended || (await fetch(`${url}/orders`).then(Boolean, () => false));
  await vi.waitFor(async () => ((await answers()) ? undefined : Promise.reject(new Error(`no answer from ${url}: ${output}`))), {
    timeout: patience,
    interval: 100,
  });
  if (ended) throw new Error(`the example ended before it answered:\n${output}`);
  return url;
}
