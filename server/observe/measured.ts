import type { Passwords } from '../accounts/passwords.ts';
import type { Background } from '../process/background.ts';
import { trackWait } from './currentRequest.ts';
import type { Metrics } from './metrics.ts';

/** Measures the time and the queue of password hashing. */
export function measuredPasswords(passwords: Passwords, { hashes, pendingHashes }: Metrics): Passwords {
  const measure = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const started = performance.now();
    pendingHashes.inc();
    try {
      return await work;
    } finally {
      const milliseconds = performance.now() - started;
      pendingHashes.dec();
      hashes.observe(milliseconds / 1000);
      trackWait('hash', name, milliseconds);
    }
  };
  return {
    hash: (password) => measure('hash', passwords.hash(password)),
    verify: (hashed, password) => measure('verify', passwords.verify(hashed, password)),
    digest: (recipe, password) => measure('digest', passwords.digest(recipe, password)),
  };
}

/** Counts background tasks. */
export const measuredBackground = (background: Background, { tasks, runningTasks }: Metrics): Background => ({
  ...background,
  run: (task, log) =>
    background.run(async () => {
      runningTasks.inc();
      try {
        await task();
        tasks.inc({ outcome: 'done' });
      } catch (error) {
        tasks.inc({ outcome: 'failed' });
        throw error;
      } finally {
        runningTasks.dec();
      }
    }, log),
});
