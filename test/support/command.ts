import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { nodeEnv } from './nodeEnv.ts';

/** A free port. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/**
 * Starts a command and resolves with it once it has printed a text.
 *
 * @throws with its output if it exits before that
 */
export function startCommand(
  command: string,
  args: string[],
  text: string | RegExp,
  env: NodeJS.ProcessEnv = {},
  cwd?: string,
  user: { uid?: number; gid?: number } = {},
): Promise<StartedCommand> {
  const child = spawn(command, args, { cwd, env: { ...process.env, ...nodeEnv, ...env }, stdio: ['ignore', 'pipe', 'pipe'], ...user });
  let output = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk;
      if (typeof text === 'string' ? output.includes(text) : text.test(output)) resolve({ child, output: () => output });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${output}`)));
  });
}

export interface StartedCommand {
  child: ChildProcess;
  /** All output so far. */
  output: () => string;
}

/** Stops a process and resolves with its exit code. */
export function stopCommand({ child }: StartedCommand, signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
  return new Promise((resolve) => {
    child.once('exit', resolve);
    child.kill(signal);
  });
}
