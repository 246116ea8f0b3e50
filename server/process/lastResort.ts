import type { Logger } from 'pino';

/**
 * Ends the process, with exit code 1 and a line in the log, at an error that nothing has caught: what it has left half done in memory is
 * unknown. Transactions are taken back, and whoever runs the process starts another. Node's own way would print all that the error
 * holds, which may be a row with a phone number in it.
 */
export function endAtUncaughtErrors(log: Logger): void {
  process.on('uncaughtException', (error) => {
    try {
      log.fatal(error, 'uncaught error, the process ends');
    } finally {
      // Whatever has failed, it may be the log: nothing here waits for it.
      process.exit(1);
    }
  });
}
