/** Milliseconds between two looks. */
const pause = 500;

/**
 * Makes npm pass SIGTERM on to this process: npm tells it to a shell, which ends by it and leaves the process without a parent. `exec` in
 * the script would mend that too, but Windows has none.
 */
export function endWithNpm(): void {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, pause).unref();
}
