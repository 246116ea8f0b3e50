import type { components } from '../../generated/types.ts';
import type { HostUserInfo } from './host.ts';
import type { Storage } from './storage.ts';
import type { UserRecord } from './types.ts';

/** What the client keeps of a session (docs/protocol.md, What the client keeps). */
interface Kept {
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

/** Beside the kept values: which server gave them, for which app, with the token that it gave. */
const ownerKey = 'session_owner';
/** What stands there after a logout: nothing, but not as on a phone where no client of this kind has run. */
const nobody = 0;

/** Seconds before the server's time at which a session counts as over, so that no request races with its end. */
const margin = 30;

/** The login session that storage holds. */
export interface Session extends Storage {
  /** A kept value; undefined while it is empty, or another server's or app's. */
  kept<Key extends keyof Kept>(key: Key): Kept[Key] | undefined;
  /** The token, while the session is not over by the clock. */
  token(): string | undefined;
  isAnonymous(): boolean;
  /** The user of a session that was opened since the start. */
  user(): UserRecord | undefined;
  /** How often a session was opened or closed since the start. */
  changes(): number;
  /** Keeps a session that the server opened. @param profile what the host told of the person, where it did */
  open(opened: Pick<components['schemas']['Session'], 'token' | 'expires_in'>, user: UserRecord, profile?: HostUserInfo): void;
  /** Takes over what a link told of the identity. */
  setIds(ids: Pick<Kept, 'openid' | 'unionid'>): void;
  close(): void;
}

/**
 * @param now milliseconds
 * @param owner names the server and the app that `init` set; undefined before
 */
export function createSession(storage: Storage, now: () => number, owner: () => string | undefined): Session {
  let changes = 0;
  let user: UserRecord | undefined;

  const stamp = (token: unknown) => `${owner()} ${token}`;
  /** Whether the kept values are this server's. The published SDK keeps no owner: what it kept goes to the first server that `init` names. */
  const isOwn = () => {
    if (owner() === undefined) return true;
    const token = storage.get('auth_token');
    const kept = storage.get(ownerKey);
    if (kept === nobody || kept) return kept === stamp(token);
    if (token) storage.set(ownerKey, stamp(token));
    return true;
  };
  const keep = (values: Partial<Record<keyof Kept, unknown>>) => {
    for (const key of Object.keys(values)) storage.set(key, values[key as keyof Kept]);
  };
  const kept: Session['kept'] = (key) => {
    const value = session.get(key) || undefined; // hosts answer '' for what was never kept, and a logout leaves that
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
      storage.set(ownerKey, nobody);
      user = undefined;
      changes++;
    },
  };
  return session;
}
