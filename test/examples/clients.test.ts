import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { codeBlocksOf } from '../support/markdown.ts';
import { countRows } from '../support/rows.ts';
import { startServer } from '../support/server.ts';

const examples = join(import.meta.dirname, '../../examples/clients');

/** Commands that succeed if what an example needs is on the machine. */
const needs = {
  python: ['python3 -c "import ensurepip, venv"', 'java -version', 'mvn --version'],
  go: ['go version', 'java -version', 'mvn --version'],
};

/** A block of the README of an example. */
function blockOf(example: string, language: string): string {
  const block = codeBlocksOf(join(examples, example, 'README.md')).find((block) => block.language === language);
  if (!block) throw new Error(`the README of ${example} has no block of ${language}`);
  return block.code;
}

describe.each(Object.entries(needs))('the example for %s', (example, commands) => {
  const missing = commands.filter((command) => spawnSync(command, { shell: true }).status !== 0);
  if (missing.length > 0) process.stdout.write(`Skipping the example for ${example}, because this fails: ${missing.join(', ')}\n`);

  it.skipIf(missing.length > 0)(
    'generates, compiles and runs as its README says: logs in, links, reads, logs out, and reads an error',
    { timeout: 600_000 },
    async () => {
      const server = await startServer();
      const steps = blockOf(example, 'sh').replaceAll('http://127.0.0.1:3000', server.origin);
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', steps], {
        cwd: join(examples, example),
        maxBuffer: 2 ** 26,
      });

      const session = await server.login('qq', 'larry');
      expect(await countRows(server)).toEqual({ users: 1, identities: 2, sessions: 1 });
      const output = blockOf(example, 'text').replaceAll(/\b\d{10,}\b/g, String(session.user_id));
      expect(stdout.slice(-output.length)).toBe(output);
    },
  );
});
