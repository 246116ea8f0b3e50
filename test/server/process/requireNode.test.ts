import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const scripts = ['server/start.js', 'server/admin/start.js', 'tools/demo/start.js', 'tools/mock/start.js'];

/** Makes Node give another version as its own. */
const pretend = (version: string) => [
  '--import',
  `data:text/javascript,Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`,
];

/** An older Node that this machine has, besides the project's own. */
const olderNode = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((path) => existsSync(path) && /^v(\d|1\d|2[0-3])\./.test(execFileSync(path, ['--version'], { encoding: 'utf8' })));

const start = (node: string, args: string[]) => promisify(execFile)(node, args, { env: { PATH: process.env.PATH } });

describe('the required Node version', () => {
  describe.each(scripts)('%s on an older Node', (script) => {
    it.each(['18.20.8', '22.18.0', '24.14.9'])('exits with 1 and one line: Node %s', async (version) => {
      const failure = start(process.execPath, [...pretend(version), script]);
      await expect(failure).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^Node \S+ is too old: .*\n$/) });
    });

    it.skipIf(!olderNode)('exits with 1 and one line: the Node of this machine', async () => {
      const failure = start(olderNode ?? '', [script]);
      await expect(failure).rejects.toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^Node \S+ is too old: .*\n$/) });
    });
  });

  it('is that of package.json', async () => {
    const [, oldest = ''] = /^>=(\d+\.\d+)$/.exec(JSON.parse(readFileSync('package.json', 'utf8')).engines.node) ?? [];
    await expect(start(process.execPath, [...pretend('20.0.0'), scripts[0] ?? ''])).rejects.toMatchObject({
      stderr: expect.stringContaining(`Node ${oldest} or newer`),
    });
    // Runs without arguments, and so prints its help.
    await expect(start(process.execPath, [...pretend(`${oldest}.0`), 'server/admin/start.js', '--help'])).resolves.toMatchObject({
      stdout: expect.stringContaining('Usage'),
    });
  });
});
