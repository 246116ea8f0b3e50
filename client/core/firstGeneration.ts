import type { HostUserInfo } from './host.ts';
import type { Auth, ProfileEvent } from './types.ts';

/** The person's ids, in the first generation of calls. */
export interface Ids {
  id: number;
  openid: string;
  unionid: string;
}
/** The person's profile and ids, in the first generation of calls. */
export type UserInfo = HostUserInfo & Ids;

/** The first generation of calls. If the person declines, they reject with `Ids` instead of an error. */
export interface FirstGeneration {
  /** Logs in without a dialog. */
  login(force: false): Promise<Ids>;
  /** Logs in, and asks the person for the profile. */
  login(force?: true): Promise<UserInfo>;
  /** Logs in with the event of a `getUserInfo` button. */
  handleUserInfo(data: ProfileEvent): Promise<UserInfo>;
  /** Closes and clears the session. */
  logout: Auth<unknown>['logout'];
}
