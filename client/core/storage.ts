/** The host's storage, as apps and this client use it. */
export interface Storage {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

const prefix = 'ifx_baas_';

/** The host's storage, and memory for what it does not keep: it may throw, or lose what it took. */
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
        // Kept below.
      }
      refused[key] = value;
    },
  };
}
