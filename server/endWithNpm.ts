/** Milliseconds between two looks. */
const pause = 500;

/**
 * Makes `npm start` pass SIGTERM on: npm tells it to a shell, which ends by it and leaves the server without a parent. `exec` in the
 * script would mend that too, but Windows has none.
 */
export function endWithNpm(): void {
  if (process.env.npm_lifecycle_event !== 'start') return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, pause).unref();
}
