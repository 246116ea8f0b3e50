import { readdirSync, readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';

const tasks = '/proc/self/task';

/**
 * Lets what hashes passwords give way to what answers requests where both want the same core. Linux has a priority for each thread; other
 * systems have not, and there nothing changes. Call it once the threads of libuv's pool run.
 */
export function lowerHashThreads(): void {
  if (process.platform !== 'linux') return;
  try {
    for (const id of readdirSync(tasks)) {
      const name = readFileSync(`${tasks}/${id}/comm`, 'utf8');
      if (name.startsWith('libuv-worker')) setPriority(Number(id), constants.priority.PRIORITY_BELOW_NORMAL);
    }
  } catch {
    // Some containers hide /proc, or forbid this: it is a help, and the server does without.
  }
}
