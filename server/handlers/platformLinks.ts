import type { PlatformName } from '../../generated/operations.ts';
import type { components } from '../../generated/types.ts';
import { requireFreshLogin } from '../accounts/freshLogin.ts';
import { linkIdentity } from '../accounts/identities.ts';
import { type UpdateUserprofile, writeProfile } from '../accounts/profiles.ts';
import { lockSessionUser, type Session } from '../accounts/sessions.ts';
import { findRegisteredUser } from '../accounts/users.ts';
import { offeringMerge } from '../merging/offer.ts';
import type { RequestContext } from '../operations.ts';
import type { Identity, LoginFields, Profile, ProfileGrant } from '../platforms/platform.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { connectTo, exchangeCode, withProfile } from './exchange.ts';

type Link = LoginFields & ProfileGrant & { code: string; update_userprofile?: UpdateUserprofile; associate_with_unionid?: boolean };
type LinkResult = components['schemas']['LinkResult'];

/** Exchange the code, open the profile if one was sent, link the identity to the session's user, write the profile. */
export const link =
  (platform: PlatformName) =>
  async ({ body, session, ...context }: RequestContext & { body: Link; session: Session }): Promise<{ status: 200; body: LinkResult }> => {
    const { app, tenant } = context;
    const { userId } = session;
    // Before the exchange, so that a refused client can log in again and send the same code.
    requireFreshLogin(app, session, await findRegisteredUser(tenant, userId), tenant.now());
    const connection = connectTo(platform, context);
    const exchanged = await exchangeCode(connection, body.code, body);
    const associate = async (identity: Identity, profile: Profile | undefined): Promise<{ status: 200; body: LinkResult }> => {
      await inTransaction(tenant, async (tx) => {
        await linkIdentity(tx, userId, identity, body.associate_with_unionid ? 'lookup' : 'ignore');
        // Again, because the exchange takes time. After the identity, because logins lock rows in that order.
        requireFreshLogin(app, session, await lockSessionUser(tx, session), tx.now());
        if (profile) await writeProfile(tx, userId, identity, profile, body.update_userprofile);
      });
      const { openid, unionid, linkFields } = identity;
      const ids = { openid, ...(unionid && { unionid }), ...linkFields };
      return { status: 200, body: { status: 'ok', message: 'User associated.', ...ids, user_id: userId } };
    };
    return offeringMerge(tenant, session, () => withProfile(connection, body, exchanged, associate));
  };
