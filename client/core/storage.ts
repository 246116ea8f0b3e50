/** The host's storage, shared by apps and this client. */
export interface Storage {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

const prefix = 'ifx_baas_';

/** Backs the host's storage with memory, as the host may throw or lose values. */
export function createStorage(host: Storage): Storage {
  const refused: Record<string, unknown> = {};
  return {
    get(key) {
      if (key in refused) return refused[key];
      try {
        return host.get(prefix + key);
      } catch {
        return undefined;
      }
    },
    set(key, value) {
      try {
        host.set(prefix + key, value);
        delete refused[key];
        if (JSON.stringify(host.get(prefix + key)) === JSON.stringify(value)) return;
      } catch {
        // The value is in memory.
      }
      refused[key] = value;
    },
  };
}
