import { execFile } from 'node:child_process';
import { promisify, stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { countRows } from '../support/rows.ts';
import { startServer } from '../support/server.ts';
import { blockOf, type Example, folderOf, lacksTools } from './readme.ts';

const java = ['java -version', 'mvn --version'];
const examples: Example[] = [
  { name: 'clients/python', needs: ['python3 -c "import ensurepip, venv"', ...java] },
  { name: 'clients/go', needs: ['go version', ...java] },
  { name: 'clients/java', needs: java },
  { name: 'clients/kotlin', needs: java },
  { name: 'clients/rust', needs: ['cargo --version', ...java] },
];

describe.each(examples)('the example $name', (example) => {
  it.skipIf(lacksTools(example))(
    'generates, compiles and runs as its README says: logs in, links, reads, logs out, and reads an error',
    { timeout: 600_000 },
    async () => {
      const server = await startServer();
      const steps = blockOf(example, 'sh').replaceAll('http://127.0.0.1:3000', server.origin);
      const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', steps], {
        cwd: folderOf(example),
        maxBuffer: 2 ** 26,
      });

      const session = await server.login('qq', 'larry');
      expect(await countRows(server)).toEqual({ users: 1, identities: 2, sessions: 1 });
      const output = blockOf(example, 'text').replaceAll(/\b\d{10,}\b/g, String(session.user_id));
      // Maven sets colours.
      expect(stripVTControlCharacters(stdout).slice(-output.length)).toBe(output);
    },
  );
});
