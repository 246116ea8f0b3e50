import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The measured process runs on the first core and the measuring one on the second, so that neither slows the other. */
export type Place = 'server' | 'generator' | 'both';
const lists: Record<Place, string> = { server: '0', generator: '1', both: '0,1' };

const canPin = process.platform === 'linux' && availableParallelism() > 1;

/** Describes the placement of processes in the table. */
export const pinned = canPin
  ? 'the server on one core, the generator on the other'
  : 'no process pinned to a core, which needs Linux and a second core';

/** Prefix of a command that may use both cores. */
export const everywhere = canPin ? ['taskset', '--cpu-list', lists.both] : [];

/** Moves a process with all its threads. */
export function moveTo(place: Place, pid: number): void {
  if (canPin) execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', lists[place], String(pid)], { stdio: 'ignore' });
}
