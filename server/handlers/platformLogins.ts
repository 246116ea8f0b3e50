import type { components } from '../../generated/types.ts';
import { findOrCreateUser } from '../accounts/identities.ts';
import { type UpdateUserprofile, writeProfile } from '../accounts/profiles.ts';
import { logInAgain } from '../accounts/returningLogin.ts';
import { type OpenedSession, openSession } from '../accounts/sessions.ts';
import { type CurrentUser, loadCurrentUser, toCurrentUser } from '../accounts/users.ts';
import type { PlatformName } from '../config/apps.ts';
import type { Caller } from '../operations.ts';
import type { ProfileGrant } from '../platforms/platform.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { exchangeCode, lineTo, requireOwner, withProfile } from './exchange.ts';

type SilentLogin = components['schemas']['SilentLoginWechat'];
type AuthorizedLogin = components['schemas']['SilentLogin'] & ProfileGrant & { update_userprofile?: UpdateUserprofile };
type PlatformSession = components['schemas']['PlatformSession'];

/** Exchange the code, find or create the user, open a session. */
export const silentLogin =
  (platform: PlatformName) =>
  async ({ body, ...caller }: Caller & { body: SilentLogin }): Promise<{ status: 201; body: PlatformSession }> => {
    const { appId, services } = caller;
    const identity = await exchangeCode(lineTo(platform, caller), body.code);
    const unionid = body.login_with_unionid ? 'counted' : 'ignored';
    const again = unionid === 'ignored' ? await logInAgain(services, appId, platform, identity) : undefined;
    if (again) return answerSession(again.session, toCurrentUser(again.record, platform));
    return logIn(platform, caller, ({ services }) =>
      findOrCreateUser(services, appId, platform, identity, { createUser: body.create_user !== false, unionid }),
    );
  };

/** Exchange the code, open the profile, find or create the user, write the profile, open a session. */
export const authorizedLogin =
  (platform: PlatformName) =>
  async ({ body, ...caller }: Caller & { body: AuthorizedLogin }): Promise<{ status: 201; body: PlatformSession }> => {
    const { appId } = caller;
    const createUser = body.create_user !== false;
    const line = lineTo(platform, caller);
    const exchanged = await exchangeCode(line, body.code);
    if (!createUser) await requireOwner(line, exchanged);
    return withProfile(line, body, exchanged, (identity, profile) =>
      logIn(platform, caller, async ({ services }) => {
        const userId = await findOrCreateUser(services, appId, platform, identity, { createUser, unionid: 'checked' });
        if (profile) await writeProfile(services, appId, userId, platform, profile, body.update_userprofile);
        return userId;
      }),
    );
  };

/**
 * Opens a session for a user.
 *
 * @param findUser finds or makes the user, in the transaction that also opens the session
 */
export async function logIn(
  platform: PlatformName,
  caller: Caller,
  findUser: (caller: Caller) => Promise<number>,
): Promise<{ status: 201; body: PlatformSession }> {
  const { appId, services } = caller;
  const answer = await inTransaction(services, async (within) => {
    const userId = await findUser({ ...caller, services: within });
    const session = await openSession(within, appId, userId, platform);
    return answerSession(session, await loadCurrentUser(within.store, appId, userId, platform));
  });
  services.audit.note(appId, { event: 'login', userId: answer.body.user_id, method: platform });
  return answer;
}

const answerSession = (session: OpenedSession['session'], user: CurrentUser): { status: 201; body: PlatformSession } => ({
  status: 201,
  body: { ...session, user_id: user.id, openid: user.openid, unionid: user.unionid, user_info: user },
});
