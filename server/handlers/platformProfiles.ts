import type { PlatformName } from '../../generated/operations.ts';
import type { components } from '../../generated/types.ts';
import { findOwner } from '../accounts/identities.ts';
import { writeProfile } from '../accounts/profiles.ts';
import type { Session } from '../accounts/sessions.ts';
import { type CurrentUser, loadCurrentUser } from '../accounts/users.ts';
import type { App } from '../config/apps.ts';
import { recordPictureCheck } from '../contentChecks/pictureChecks.ts';
import { ApiError } from '../errors.ts';
import type { RequestContext } from '../operations.ts';
import { plainProfile } from '../platforms/userInfo.ts';
import { inTransaction } from '../store/inTransaction.ts';
import { checkContent } from './contentCheck.ts';
import { connectTo, exchangeCode, requireOwn, withProfile } from './exchange.ts';

type UpdateProfile = components['schemas']['UpdateProfileWechat'];
type UpdatePlainProfile = components['schemas']['UpdateProfileWechatV25'];
type Answer = Promise<{ status: 200; body: CurrentUser }>;

/** Exchange the code, which must be the user's own, open the profile, write it. */
export const updateProfile =
  (platform: PlatformName) =>
  async ({ body, session, ...context }: RequestContext & { body: UpdateProfile; session: Session }): Answer => {
    const { app, tenant } = context;
    requireProfileUpdates(app);
    const { userId } = session;
    const connection = connectTo(platform, context);
    const exchanged = await exchangeCode(connection, body.code);
    await requireOwn(connection, exchanged, userId);
    await withProfile(connection, body, exchanged, (identity, profile) =>
      inTransaction(tenant, async (tx) => {
        const owner = await findOwner(tx, identity, 'ignore');
        if (owner !== userId) throw new ApiError('code_foreign');
        if (profile) await writeProfile(tx, userId, identity, profile, body.update_userprofile);
      }),
    );
    return { status: 200, body: await loadCurrentUser(tenant, userId, session.platform) };
  };

/** Write an unsealed profile, as the client sent it. */
export const updatePlainProfile =
  (platform: PlatformName) =>
  async ({ body, session, ...context }: RequestContext & { body: UpdatePlainProfile; session: Session }): Answer => {
    const { app, tenant } = context;
    requireProfileUpdates(app);
    const { update_userprofile, ...plain } = body;
    const profile = plainProfile(plain);
    const check = await checkContent(context, session, profile.fields);
    const platformAppId = tenant.platformApps[platform];
    const platformApp = platformAppId === undefined ? undefined : { platform, platformAppId };
    await inTransaction(tenant, async (tx) => {
      await writeProfile(tx, session.userId, platformApp, profile, update_userprofile);
      await recordPictureCheck(tx, session.userId, check);
    });
    return { status: 200, body: await loadCurrentUser(tenant, session.userId, session.platform) };
  };

function requireProfileUpdates({ profile_update_from_sdk }: App): void {
  if (!profile_update_from_sdk) throw new ApiError('profile_update_forbidden');
}
