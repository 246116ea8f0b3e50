import type { Logger } from 'pino';

/**
 * Logs an uncaught exception and exits with code 1: the state in memory is unknown, open transactions are rolled back, and the supervisor
 * restarts the process. Node's default would print all properties of the error, which may include a row with a phone number.
 */
export function endAtUncaughtErrors(log: Logger): void {
  process.on('uncaughtException', (error) => {
    try {
      log.fatal(error, 'uncaught exception; exiting');
    } finally {
      // Does not wait for the log, which may be what failed.
      process.exit(1);
    }
  });
}
