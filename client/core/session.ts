import type { components } from '../../generated/client/types.ts';
import type { HostUserInfo } from './host.ts';
import type { Storage } from './storage.ts';
import type { UserRecord } from './types.ts';

/** Stored values of a session (docs/protocol.md, What the client keeps). */
interface Kept {
  uid: number;
  openid: string;
  unionid: string;
  auth_token: string;
  userinfo: { id: UserRecord['id'] } & Record<string, unknown>;
  /** Unix seconds, slightly before the server's expiry. */
  session_expires_at: number;
  is_anonymous_user: 0 | 1;
  is_logined_baas: 0 | 1;
}
const empty: Record<keyof Kept, ''> = {
  auth_token: '',
  session_expires_at: '',
  uid: '',
  openid: '',
  unionid: '',
  userinfo: '',
  is_anonymous_user: '',
  is_logined_baas: '',
};

/** Marks the stored values with the server, the app and the token that they belong to. */
const ownerKey = 'session_owner';
/** Owner after a logout, as opposed to a phone on which this client never ran. */
const loggedOut = 0;

/** Seconds before the server's expiry at which a session counts as expired, so that no request races with it. */
const margin = 30;

/** The login session in storage. */
export interface Session extends Storage {
  /** A stored value; undefined if empty, or if it belongs to another server or app. */
  kept<Key extends keyof Kept>(key: Key): Kept[Key] | undefined;
  /** The token; undefined once the session has expired. */
  token(): string | undefined;
  isAnonymous(): boolean;
  /** The user of a session opened since the start. */
  user(): UserRecord | undefined;
  /** Counts sessions opened and closed since the start. */
  changes(): number;
  /** Stores a new session. @param profile the host's profile of the person, if any */
  open(opened: Pick<components['schemas']['Session'], 'token' | 'expires_in'>, user: UserRecord, profile?: HostUserInfo): void;
  /** Stores the identity's ids from a link. */
  setIds(ids: Pick<Kept, 'openid' | 'unionid'>): void;
  close(): void;
}

/**
 * @param now milliseconds
 * @param owner identifies the server and the app; undefined before `init`
 */
export function createSession(storage: Storage, now: () => number, owner: () => string | undefined): Session {
  let changes = 0;
  let user: UserRecord | undefined;

  const stamp = (token: unknown) => `${owner()} ${token}`;
  /** Whether the stored values are this server's. The published SDK stores no owner: its values go to the first server that `init` names. */
  const isOwn = () => {
    if (owner() === undefined) return true;
    const token = storage.get('auth_token');
    const kept = storage.get(ownerKey);
    if (kept === loggedOut || kept) return kept === stamp(token);
    if (token) storage.set(ownerKey, stamp(token));
    return true;
  };
  const keep = (values: Partial<Record<keyof Kept, unknown>>) => {
    for (const key of Object.keys(values)) storage.set(key, values[key as keyof Kept]);
  };
  const kept: Session['kept'] = (key) => {
    const value = session.get(key) || undefined; // hosts return '' for missing keys, and logout writes ''
    return (typeof value === 'object') === (key === 'userinfo') ? (value as Kept[typeof key] | undefined) : undefined;
  };

  const session: Session = {
    get: (key) => (key in empty && !isOwn() ? '' : storage.get(key)),
    set: storage.set,
    kept,
    token: () => (now() / 1000 < (kept('session_expires_at') ?? 0) ? kept('auth_token') : undefined),
    isAnonymous: () => kept('is_anonymous_user') === 1,
    user: () => user,
    changes: () => changes,
    open({ token, expires_in }, opened, profile) {
      const { id, openid, unionid } = opened;
      const before = kept('userinfo');
      keep({
        uid: id,
        openid,
        unionid,
        userinfo: { ...(before?.id === id && before), ...profile, id, openid, unionid },
        is_anonymous_user: opened._anonymous ? 1 : 0,
        is_logined_baas: 1,
        auth_token: token,
        session_expires_at: Math.floor(now() / 1000) + expires_in - margin,
      });
      storage.set(ownerKey, stamp(token));
      user = opened;
      changes++;
    },
    setIds: keep,
    close() {
      keep(empty);
      storage.set(ownerKey, loggedOut);
      user = undefined;
      changes++;
    },
  };
  return session;
}
