import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Installs a command of a Go module unless it is installed already, for servers that npm does not provide.
 *
 * @param skipped the tests that need it, named in the message if they are skipped
 * @returns its path; undefined if Go is not installed or cannot fetch the module
 */
export function goCommandOrSkip(path: string, version: string, skipped: string): string | undefined {
  const folder = join(tmpdir(), 'login-test-go');
  const { status, error, stderr } = spawnSync('go', ['install', `${path}@${version}`], {
    env: { ...process.env, GOBIN: folder },
    encoding: 'utf8',
  });
  if (status === 0) return join(folder, path.split('/').at(-1) ?? '');
  process.stdout.write(`Skipping ${skipped}, which need Go and ${path}: ${error?.message ?? stderr}\n`);
  return undefined;
}
