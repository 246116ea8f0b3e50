import { execFileSync, spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether Go is installed, which builds servers that npm does not bring. */
export const hasGo = spawnSync('go', ['version']).status === 0;

/** Builds a command of a Go module, unless it was built before. @returns its path */
export function buildGoCommand(path: string, version: string): string {
  const folder = join(tmpdir(), 'login-test-go');
  execFileSync('go', ['install', `${path}@${version}`], { env: { ...process.env, GOBIN: folder }, stdio: 'pipe' });
  return join(folder, path.split('/').at(-1) ?? '');
}
