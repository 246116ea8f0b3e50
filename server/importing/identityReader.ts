import { isRecord } from '../accounts/sameJson.ts';
import type { ImportedIdentity, Problem } from './importedUser.ts';
import type { KeyMap } from './keyMap.ts';
import { type Fields, idIn } from './values.ts';

/** Fields of a platform's data that are no profile: ids, which are columns, and secrets, which are not kept. */
const notProfile =
  /^(openid|openId|unionid|union_id|unionId|uid|id|session_key|sessionKey|access_token|accessToken|refresh_token|refreshToken|expires_in|expiresIn|expires_at|expiration_date|scope|code|identity_token|id_token|token|platform|main_account)$/;

/** Collects the identities of one user. */
export class IdentityReader {
  readonly identities: ImportedIdentity[] = [];
  readonly problems: Problem[] = [];
  readonly #keys: KeyMap;
  readonly #unionids = new Map<string, string>();
  #ignores = false;

  constructor(keys: KeyMap) {
    this.#keys = keys;
  }

  /**
   * Adds what a source holds under a key.
   *
   * @param data an object with ids and a profile, or an openid
   * @param platform the platform that the key always means; undefined if the operator has to say it
   * @param hostApp the platform's host app that it means
   */
  add(key: string, data: unknown, platform?: string, hostApp?: string): void {
    if (data === null || data === undefined || data === '') return;
    const fields = isRecord(data) ? data : { openid: data };
    const openid = idIn(fields.openid) ?? idIn(fields.open_id) ?? idIn(fields.uid) ?? idIn(fields.user_id) ?? idIn(fields.id);
    if (openid === undefined) {
      if (Object.keys(fields).length > 0) this.problems.push({ kind: 'identity', about: key, reason: 'has no openid' });
      return;
    }
    const app = this.#keys.appOf(key, platform, hostApp);
    if (app === undefined) {
      this.#ignores = true;
      return;
    }
    if ('kind' in app) return void this.problems.push(app);
    const unionid = idIn(fields.unionid) ?? idIn(fields.union_id);
    const same = this.identities.find((other) => other.platform === app.platform && other.platformAppId === app.platformAppId);
    if (!same) return void this.identities.push({ ...app, openid, unionid, profile: profileOf(fields) });
    if (same.openid !== openid) {
      this.problems.push({ kind: 'identity', about: key, reason: `is a second openid in ${app.platform} ${app.platformAppId}` });
    }
  }

  /** Adds a union id, which holds for all of the user's identities on a platform. */
  addUnionid(platform: string, unionid: string | undefined): void {
    if (unionid !== undefined) this.#unionids.set(platform, unionid);
  }

  /** Completes the identities with the union ids. */
  finish(): { identities: ImportedIdentity[]; problems: Problem[] } {
    for (const [platform, unionid] of this.#unionids) {
      const ofPlatform = this.identities.filter((identity) => identity.platform === platform);
      for (const identity of ofPlatform) {
        identity.unionid ??= unionid;
        if (identity.unionid === unionid) continue;
        this.problems.push({ kind: 'identity', about: platform, reason: 'has two unionids' });
      }
      if (ofPlatform.length === 0 && this.problems.length === 0 && !this.#ignores) {
        this.problems.push({ kind: 'identity', about: platform, reason: 'has a unionid, and no openid to keep it with' });
      }
    }
    return { identities: this.identities, problems: this.problems };
  }
}

const profileOf = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([name]) => !notProfile.test(name)));
