import type { Logger } from 'pino';
import { ApiError } from '../errors.ts';
import { afterTick } from './afterTick.ts';

/** Work that outlasts the request that caused it. */
export interface Background {
  /** Begins a task once the request's answer is out, so that the answer tells nothing of it. A task that fails is logged. */
  run(task: () => Promise<void>, log: Logger): void;
  /** Resolves when nothing runs any more. */
  settled(): Promise<void>;
}

const failed = 'failed after the answer';

export function createBackground(): Background {
  const running = new Set<Promise<void>>();
  return {
    run(task, log) {
      const done: Promise<void> = afterTick()
        .then(task)
        .catch((error: unknown) => {
          if (!(error instanceof ApiError)) log.error(error, failed);
          else log[error.status >= 500 ? 'error' : 'warn']({ error: { code: error.code, ...error.detail } }, failed);
        })
        .finally(() => running.delete(done));
      running.add(done);
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
