import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { sandboxApp } from '../../server/sandbox/sandbox.ts';
import { type Client, createClient } from './client.ts';
import { createFolder } from './folder.ts';
import { nodeEnv } from './nodeEnv.ts';
import { type Secrets, secretKey, watchSecrets } from './secrets.ts';

export interface ServerProcess {
  pid: number | undefined;
  /** The origin that it printed. Rejects if it exited before. */
  ready: Promise<string>;
  /** Its exit code or signal, and its whole output. */
  ended: Promise<{ how: number | string; output: string }>;
  kill(signal: NodeJS.Signals): void;
  secrets: Secrets;
}

/**
 * Runs the server in a separate process on a free port, like an operator, and stops it after the test. Fails if it has logged a secret.
 *
 * @param environment variables besides `PORT`, `SECRET_KEY`, the most verbose `LOG_LEVEL` and, for speed, no rate limits
 * @param script the script for `node`
 * @param user user id of the process, which only root can choose
 * @param shell a command of the shell that runs first, in the same process
 */
export function spawnServer(
  environment: Record<string, string>,
  command: 'node' | 'npm' = 'node',
  script = 'server/main.ts',
  user: { uid?: number; gid?: number } = {},
  shell = '',
): ServerProcess {
  let output = '';
  const secrets = watchSecrets(() => output);
  const args = command === 'npm' ? ['start'] : [script];
  const inShell = ['-c', `${shell} && exec "$0" "$@"`, command, ...args];
  const child = spawn(shell ? 'sh' : command, shell ? inShell : args, {
    cwd: new URL('../..', import.meta.url),
    env: { ...nodeEnv, PORT: '0', SECRET_KEY: secretKey, LOG_LEVEL: 'trace', RATE_LIMIT: 'off', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // npm starts the server as a child process, which may outlive it, so a signal must go to both.
    detached: command === 'npm',
    ...user,
  });
  let over = false;
  const kill = (signal: NodeJS.Signals) => {
    if (over || child.pid === undefined) return;
    if (command === 'npm') process.kill(-child.pid, signal);
    else child.kill(signal);
  };

  const ended = once(child, 'close').then(([code, signal]) => {
    over = true;
    return { how: code ?? signal, output };
  });
  const ready = new Promise<string>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk;
      const [, origin] = /^Ready at (\S+)$/m.exec(output) ?? [];
      if (origin) resolve(origin);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    ended.then(({ how }) => reject(new Error(`the server exited with ${how} before it was ready:\n${output}`)), reject);
  });
  // Not every test awaits both.
  ready.catch(() => undefined);
  onTestFinished(async () => {
    kill('SIGKILL');
    await ended;
  });
  return { pid: child.pid, ready, ended, kill, secrets };
}

export interface RunningServer extends ServerProcess, Client {
  origin: string;
}

/**
 * A server process that is ready, and a client of it.
 *
 * @param sandbox the origin of another process whose sandbox simulates the platforms; its own if absent
 * @param settings of its app, besides those of the sandbox's, if that is another process
 */
export async function startProcess(environment: Record<string, string>, sandbox?: string, settings: object = {}): Promise<RunningServer> {
  const server = spawnServer({ ...environment, ...(sandbox && { APPS_FILE: sandboxAppsFile(sandbox, settings) }) });
  const origin = await server.ready;
  return { ...server, origin, ...createClient(origin, server.secrets, sandbox) };
}

function sandboxAppsFile(origin: string, settings: object): string {
  const path = `${createFolder()}/apps.json`;
  writeFileSync(path, JSON.stringify({ apps: [{ ...sandboxApp(`${origin}/sandbox`), ...settings }] }));
  return path;
}
