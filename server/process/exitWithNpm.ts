/** Milliseconds between two checks. */
const interval = 500;

/**
 * Makes this process receive SIGTERM when npm does. npm forwards the signal to the shell that runs the script, and shells such as dash
 * exit without forwarding it. `exec` in the script would do the same, but not on Windows.
 */
export function exitWithNpm(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, interval).unref();
}
