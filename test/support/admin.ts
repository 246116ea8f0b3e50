import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { runAdmin } from '../../server/admin/program.ts';
import { nodeEnv } from './nodeEnv.ts';
import { secretKey } from './secrets.ts';

export interface AdminResult {
  code: number;
  output: string;
  errors: string;
}

/**
 * Runs an operator's command in a separate process.
 *
 * @param env variables besides `SECRET_KEY`
 * @param input typed input
 */
export async function admin(args: string[], env: Record<string, string>, input = ''): Promise<AdminResult> {
  const command = spawn('node', ['server/admin/start.js', ...args], {
    env: { ...nodeEnv, SECRET_KEY: secretKey, ...env },
    timeout: 60_000,
  });
  // A command that does not read its input exits first.
  command.stdin.on('error', () => undefined).end(input);
  const [output, errors, [code]] = await Promise.all([text(command.stdout), text(command.stderr), once(command, 'close')]);
  return { code, output, errors };
}

/** The same in this process, which takes a tenth of the time: for commands whose process is not what is tested. */
export async function adminHere(args: string[], env: Record<string, string>, input = ''): Promise<AdminResult> {
  const [output, errors]: [string[], string[]] = [[], []];
  const code = await runAdmin(args, {
    env: { SECRET_KEY: secretKey, ...env },
    input: Readable.from([input]),
    output: (text) => void output.push(text),
    errors: (text) => void errors.push(text),
  });
  return { code, output: output.join(''), errors: errors.join('') };
}

/** Output of a command that must succeed, with `--json`. */
// biome-ignore lint/suspicious/noExplicitAny: tests assert its shape
export async function adminJson(args: string[], env: Record<string, string>): Promise<any> {
  const { code, output, errors } = await admin([...args, '--json'], env);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return JSON.parse(output);
}
