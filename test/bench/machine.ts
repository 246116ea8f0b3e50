import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { pinned } from './cores.ts';
import { generatorName } from './load.ts';

/**
 * The machine and the time of a measurement: two lines, and a third to continue.
 *
 * @param placed the placement of processes, besides the server's and the generator's
 */
export function machine(packages: string[], placed = ''): string {
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const versions = packages.map((name) => `${name} ${dependencies[name] ?? devDependencies[name]}`).join(', ');
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  return `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}; ${pinned}${placed}.
Node ${process.version}, ${versions}; load by ${generatorName}; commit ${commit},
${new Date().toISOString().slice(0, 10)}.`;
}
