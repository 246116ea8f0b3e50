import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** What is measured runs on the first core and what measures it on the second, so that neither takes the other's time. */
export type Place = 'server' | 'generator' | 'both';
const lists: Record<Place, string> = { server: '0', generator: '1', both: '0,1' };

const canPin = process.platform === 'linux' && availableParallelism() > 1;

/** How the table says where things ran. */
export const pinned = canPin
  ? 'the server on one core, the generator on the other'
  : 'nothing pinned, for want of taskset or a second core';

/** What to put before a command that may use both cores. */
export const everywhere = canPin ? ['taskset', '--cpu-list', lists.both] : [];

/** Moves a process with all its threads. */
export function moveTo(place: Place, pid: number): void {
  if (canPin) execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', lists[place], String(pid)], { stdio: 'ignore' });
}
