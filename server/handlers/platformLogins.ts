import type { PlatformName } from '../../generated/operations.ts';
import type { components } from '../../generated/types.ts';
import { findOrCreateUser } from '../accounts/identities.ts';
import { type Login, logIn } from '../accounts/logIn.ts';
import { logInByIdentity } from '../accounts/platformLogin.ts';
import { type UpdateUserprofile, writeProfile } from '../accounts/profiles.ts';
import { ApiError } from '../errors.ts';
import type { RequestContext } from '../operations.ts';
import type { LoginFields, ProfileGrant } from '../platforms/platform.ts';
import type { IdentityPlatform } from '../store/schema.ts';
import { connectTo, exchangeCode, inHostAppOf, requireOwner, withProfile } from './exchange.ts';
import { approveNewcomer } from './newcomers.ts';

type SilentLogin = Partial<components['schemas']['SilentLoginWechat']> & LoginFields;
type AuthorizedLogin = components['schemas']['SilentLogin'] & LoginFields & ProfileGrant & { update_userprofile?: UpdateUserprofile };
type SessionAnswer = { status: 201; body: components['schemas']['PlatformSession'] };

/** Creates a login for each platform, which records failures in the audit trail. */
export const loginOn =
  <Platform extends IdentityPlatform, Request extends RequestContext, Answer>(
    run: (platform: Platform, request: Request) => Promise<Answer>,
  ) =>
  (platform: Platform) =>
  async (request: Request): Promise<Answer> => {
    try {
      return await run(platform, request);
    } catch (error) {
      const { tenant, services } = request;
      const errorCode = error instanceof ApiError ? error.code : 'internal_error';
      services.audit.record(tenant, { event: 'login_failed', userId: undefined, method: platform, errorCode });
      throw error;
    }
  };

/** Exchange the code, find or create the user, open a session. */
export const silentLogin = loginOn(
  async (platform: PlatformName, { body, ...context }: RequestContext & { body: SilentLogin }): Promise<SessionAnswer> => {
    const { tenant, services } = context;
    const connection = connectTo(platform, context);
    const createUser = body.create_user !== false;
    const identity = await exchangeCode(connection, body.code, body);
    await approveNewcomer(connection, identity, { createUser });
    const unionid = body.login_with_unionid ? 'lookup' : 'ignore';
    return answerLogin(await logInByIdentity(inHostAppOf(tenant, identity), services.audit, identity, { createUser, unionid }));
  },
);

/** Exchange the code, open the profile, find or create the user, write the profile, open a session. */
export const authorizedLogin = loginOn(
  async (platform: PlatformName, { body, ...context }: RequestContext & { body: AuthorizedLogin }): Promise<SessionAnswer> => {
    const { tenant, services } = context;
    const createUser = body.create_user !== false;
    const connection = connectTo(platform, context);
    const exchanged = await exchangeCode(connection, body.code, body);
    if (!createUser) await requireOwner(connection, exchanged);
    return withProfile(connection, { ...body, authorized: true }, exchanged, async (identity, profile) => {
      await approveNewcomer(connection, identity, { createUser });
      return answerLogin(
        await logIn(inHostAppOf(tenant, identity), services.audit, { platform, method: platform }, async (tx) => {
          const userId = await findOrCreateUser(tx, identity, { createUser, unionid: 'mustAgree' });
          if (profile) await writeProfile(tx, userId, identity, profile, body.update_userprofile);
          return userId;
        }),
      );
    });
  },
);

export const answerLogin = ({ session, user }: Login): SessionAnswer => ({
  status: 201,
  body: { ...session, user_id: user.id, openid: user.openid, unionid: user.unionid, user_info: user },
});
