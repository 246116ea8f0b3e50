import type { components } from '../../generated/types.ts';
import { requireFreshLogin } from '../accounts/freshLogin.ts';
import { linkIdentity } from '../accounts/identities.ts';
import { type UpdateUserprofile, writeProfile } from '../accounts/profiles.ts';
import { lockSessionUser, type Session } from '../accounts/sessions.ts';
import { findRegisteredUser } from '../accounts/users.ts';
import type { PlatformName } from '../config/apps.ts';
import type { Caller } from '../operations.ts';
import type { ProfileGrant } from '../platforms/platform.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { exchangeCode, lineTo, withProfile } from './exchange.ts';

type Link = ProfileGrant & { code: string; update_userprofile?: UpdateUserprofile; associate_with_unionid?: boolean };
type LinkResult = components['schemas']['LinkResult'];

/** Exchange the code, open the profile if one came, give the identity to the session's user, write the profile. */
export const link =
  (platform: PlatformName) =>
  async ({ body, session, ...caller }: Caller & { body: Link; session: Session }): Promise<{ status: 200; body: LinkResult }> => {
    const { app, appId, services } = caller;
    const { userId } = session;
    // Before the code is spent: whoever is refused logs in again and sends the same code.
    requireFreshLogin(app, session, await findRegisteredUser(services.store, appId, userId), services.now());
    const line = lineTo(platform, caller);
    const exchanged = await exchangeCode(line, body.code);
    return withProfile(line, body, exchanged, async (identity, profile) => {
      await inTransaction(services, async (within) => {
        await linkIdentity(within, appId, userId, platform, identity, body.associate_with_unionid ? 'counted' : 'ignored');
        // The platform took its time. After the identity, so that rows are locked in the order of a login's.
        requireFreshLogin(app, session, await lockSessionUser(within, appId, session), within.now());
        if (profile) await writeProfile(within, appId, userId, platform, profile, body.update_userprofile);
      });
      const { openid, unionid } = identity;
      return { status: 200, body: { status: 'ok', message: 'User associated.', openid, ...(unionid && { unionid }), user_id: userId } };
    });
  };
