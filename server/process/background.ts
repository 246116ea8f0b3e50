import type { Logger } from 'pino';
import { ApiError } from '../errors.ts';
import { afterTick } from './afterTick.ts';

/** Runs work after the response has been sent. */
export interface Background {
  /** Starts a task after the response is sent, so that its timing reveals nothing of the task. Logs a task that fails. */
  run(task: () => Promise<void>, log: Logger): void;
  /** Resolves once no task is running. */
  settled(): Promise<void>;
}

const failure = 'background task failed';

export function createBackground(): Background {
  const running = new Set<Promise<void>>();
  return {
    run(task, log) {
      const done: Promise<void> = afterTick()
        .then(task)
        .catch((error: unknown) => {
          if (!(error instanceof ApiError)) log.error(error, failure);
          else log[error.status >= 500 ? 'error' : 'warn']({ error: { code: error.code, ...error.detail } }, failure);
        })
        .finally(() => running.delete(done));
      running.add(done);
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
