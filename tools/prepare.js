/** Runs after `npm ci`, on any Node: sets up the check before each commit, and builds the playground unless devDependencies are omitted. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

spawnSync('git', ['config', 'core.hooksPath', '.githooks']);
if (existsSync('node_modules/vite') && existsSync('client/playground')) {
  const { status, stderr } = spawnSync('npm', ['run', 'build:playground'], { encoding: 'utf8', shell: process.platform === 'win32' });
  if (status !== 0) console.warn(`The playground was not built; npm run build:playground tries again.\n${stderr}`);
}
