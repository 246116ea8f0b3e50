import type { UserRecord } from './types.ts';

/** What the client keeps (wire.md, What the client keeps). */
export interface Kept {
  uid: number;
  openid: string;
  unionid: string;
  auth_token: string;
  userinfo: { id: UserRecord['id'] } & Record<string, unknown>;
  /** Unix seconds, somewhat before the server's. */
  session_expires_at: number;
  is_anonymous_user: 0 | 1;
  is_logined_baas: 0 | 1;
}

export interface Storage {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  /** One of the client's own keys; undefined while it is empty. */
  kept<Key extends keyof Kept>(key: Key): Kept[Key] | undefined;
}

const prefix = 'ifx_baas_';

/** The host's storage, and memory for what it refuses to keep. */
export function createStorage(host: { get(key: string): unknown; set(key: string, value: unknown): void }): Storage {
  const refused: Record<string, unknown> = {};
  const storage: Storage = {
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
      } catch {
        refused[key] = value;
      }
    },
    // Hosts answer '' for what was never kept, and that is what logging out leaves.
    kept: (key) => (storage.get(key) || undefined) as Kept[typeof key] | undefined,
  };
  return storage;
}
