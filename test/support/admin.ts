import { Readable } from 'node:stream';
import { expect } from 'vitest';
import { runAdmin } from '../../server/admin/program.ts';
import { secretKey } from './secrets.ts';

export interface AdminResult {
  code: number;
  output: string;
  errors: string;
}

/**
 * Gives an operator's command.
 *
 * @param env variables beside `SECRET_KEY`
 * @param input what is typed
 */
export async function admin(args: string[], env: Record<string, string>, input = ''): Promise<AdminResult> {
  const told = { output: '', errors: '' };
  const code = await runAdmin(args, {
    env: { SECRET_KEY: secretKey, ...env },
    input: Readable.from([input]),
    output: (text) => {
      told.output += text;
    },
    errors: (text) => {
      told.errors += text;
    },
  });
  return { code, ...told };
}

/** What a command that must succeed prints with `--json`. */
// biome-ignore lint/suspicious/noExplicitAny: a test says what it expects of it
export async function adminJson(args: string[], env: Record<string, string>): Promise<any> {
  const { code, output, errors } = await admin([...args, '--json'], env);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return JSON.parse(output);
}
