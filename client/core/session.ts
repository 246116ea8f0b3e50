import type { components } from '../../generated/types.ts';
import type { HostUserInfo } from './host.ts';
import type { Kept, Storage } from './storage.ts';
import type { UserRecord } from './types.ts';

/** Seconds before the server's time at which a session counts as over, so that no request races with its end. */
const margin = 30;

/** The login session that storage holds. */
export interface Session {
  /** The token, while the session is not over by the clock. */
  token(): string | undefined;
  /** Keeps a session that the server opened. @param profile what the host told of the person, where it did */
  open(opened: Pick<components['schemas']['Session'], 'token' | 'expires_in'>, user: UserRecord, profile?: HostUserInfo): void;
  close(): void;
}

/** @param now milliseconds */
export function createSession(storage: Storage, now: () => number): Session {
  const keep = (values: { [Key in keyof Kept]: Kept[Key] | '' }) => {
    for (const [key, value] of Object.entries(values)) storage.set(key, value);
  };

  return {
    token: () => (now() / 1000 < (storage.kept('session_expires_at') ?? 0) ? storage.kept('auth_token') : undefined),
    open({ token, expires_in }, user, profile) {
      const { id, openid, unionid } = user;
      const before = storage.kept('userinfo');
      keep({
        uid: id,
        openid,
        unionid,
        userinfo: { ...(before?.id === id && before), ...profile, id, openid, unionid },
        is_anonymous_user: user._anonymous ? 1 : 0,
        is_logined_baas: 1,
        auth_token: token,
        session_expires_at: Math.floor(now() / 1000) + expires_in - margin,
      });
    },
    close: () =>
      keep({
        auth_token: '',
        session_expires_at: '',
        uid: '',
        openid: '',
        unionid: '',
        userinfo: '',
        is_anonymous_user: '',
        is_logined_baas: '',
      }),
  };
}
