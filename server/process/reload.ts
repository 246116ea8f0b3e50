import type { Logger } from 'pino';
import type { App } from '../config/apps.ts';

export interface Reloading {
  /** The apps that are served now. */
  apps: readonly App[];
  /** Reads and validates the apps. */
  read(): App[];
  /** Serves these apps from the next request on. Resolves once nothing uses the earlier ones. */
  replace(apps: App[]): Promise<void>;
  log: Logger;
}

export interface Reloads {
  /** Ignores further signals. Resolves after the current reload. */
  stop(): Promise<void>;
}

/** Serves the apps of `APPS_FILE` anew at each SIGHUP. If the file is invalid, nothing changes, and the log has its faults. */
export function reloadAtHangup({ apps, read, replace, log }: Reloading): Reloads {
  let current = apps;
  let reloading = Promise.resolve();
  const reload = async () => {
    try {
      const next = read();
      const [before, after] = [idsOf(current), idsOf(next)];
      current = next;
      await replace(next);
      const changes = { added: after.filter((id) => !before.includes(id)), removed: before.filter((id) => !after.includes(id)) };
      log.info({ apps: after, ...changes }, 'APPS_FILE reloaded; environment variables change only with a restart');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.error(`APPS_FILE not reloaded, the earlier apps are still served: ${reason}`);
    }
  };
  const hear = () => {
    reloading = reloading.then(reload);
  };
  process.on('SIGHUP', hear);
  return {
    stop() {
      // Without a listener, the signal would end the process before its requests are answered.
      process.off('SIGHUP', hear).on('SIGHUP', () => undefined);
      return reloading;
    },
  };
}

const idsOf = (apps: readonly App[]) => apps.map(({ client_id }) => client_id);
