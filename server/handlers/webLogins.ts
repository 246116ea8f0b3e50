import type { components } from '../../generated/types.ts';
import { requireFreshLogin } from '../accounts/freshLogin.ts';
import { findOrCreateUser, findPerson, linkIdentity } from '../accounts/identities.ts';
import { type Login, logIn } from '../accounts/logIn.ts';
import { loginDisabled } from '../accounts/loginMethods.ts';
import { writeProfile } from '../accounts/profiles.ts';
import { lockSessionUser, type Session } from '../accounts/sessions.ts';
import { TakenByOther } from '../accounts/takenByOther.ts';
import { findRegisteredUser } from '../accounts/users.ts';
import type { App } from '../config/apps.ts';
import { clientScopeOf } from '../config/pools.ts';
import { invalidField } from '../errors.ts';
import { offeringMerge } from '../merging/offer.ts';
import { currentRequest } from '../observe/currentRequest.ts';
import type { Handler, RequestContext } from '../operations.ts';
import type { Identity, Profile } from '../platforms/platform.ts';
import type { WebLoginClient } from '../platforms/webLogin.ts';
import { inTransaction } from '../store/inTransaction.ts';
import type { WebProvider } from '../store/schema.ts';
import { readCallbackUrl } from '../webLogins/callbackUrl.ts';
import { type Arrived, beginLogin, redeemToken } from '../webLogins/logins.ts';
import { startPath } from '../webLogins/pages.ts';
import { approveWebNewcomer } from './newcomers.ts';
import { answerLogin, loginOn } from './platformLogins.ts';

type WebLoginRequest = RequestContext & { body: components['schemas']['LoginOnWeb']; session: Session | undefined };

const createWebLogin: Handler<'createWebLogin'> = async ({ body, path: { provider }, session, app, tenant, services }) => {
  const { canBeSilent } = requireProvider(app, provider);
  const silent = body.silent_login === true;
  if (silent && !canBeSilent) throw invalidField('/body/silent_login', `must be false: ${provider} always asks the person`);
  const callback = readCallbackUrl(body.callback_url, app.callback_origins);
  const ticket = await beginLogin(tenant, {
    client_id: app.client_id,
    provider,
    silent: silent ? 1 : 0,
    callback_url: callback.href,
    session_hash: session?.tokenHash ?? null,
  });
  const query = new URLSearchParams({ app: clientScopeOf(app, tenant.id), ticket });
  return { status: 200, body: { status: 'ok', redirect_url: `${services.publicUrl}${startPath}?${query}` } };
};

/** Redeem the token, find or create the user, write the profile, open a session. */
const logInOnWeb = loginOn(async (provider: WebProvider, { body, session, ...context }: WebLoginRequest): Promise<Login> => {
  const { tenant, services } = context;
  const createUser = body.create_user !== false;
  const { identity, profile } = await redeem(provider, context, body.auth_token, session, (person) =>
    approveWebNewcomer(context, person, createUser),
  );
  return logIn(tenant, services.audit, { platform: provider, method: provider }, async (tx) => {
    const userId = await findOrCreateUser(tx, identity, { createUser, unionid: 'mustAgree' });
    if (profile) await writeProfile(tx, userId, identity, profile, body.update_userprofile);
    return userId;
  });
});

const loginOnWeb: Handler<'loginOnWeb'> = async ({ path: { provider }, ...request }) => {
  const { user, session } = await logInOnWeb(provider)(request);
  return { status: 201, body: { ...user, ...session } };
};

const silentLoginOnWeb: Handler<'silentLoginOnWeb'> = async (request) => answerLogin(await logInOnWeb('oauth-wechat-mp')(request));

/** Redeem the token, link the identity to the session's user, write the profile. */
const linkOnWeb: Handler<'linkOnWeb'> = async ({ body, path: { provider }, session, ...context }) => {
  const { app, tenant } = context;
  const { userId } = session;
  // Before the token is redeemed, so that a refused client can log in again.
  requireFreshLogin(app, session, await findRegisteredUser(tenant, userId), tenant.now());
  const { identity, profile } = await redeem(provider, context, body.auth_token, session);
  await offeringMerge(tenant, session, () =>
    inTransaction(tenant, async (tx) => {
      // A unionid that another user has shows the same person, whose accounts can be merged.
      const owner = await findPerson(tx, identity);
      const detail = { platform: provider, user: userId };
      if (owner !== undefined && owner !== userId) throw new TakenByOther('identity_taken', owner, { kind: 'platform', identity }, detail);
      await linkIdentity(tx, userId, identity, 'mustAgree');
      requireFreshLogin(app, session, await lockSessionUser(tx, session), tx.now());
      if (profile) await writeProfile(tx, userId, identity, profile, body.update_userprofile);
    }),
  );
  const { openid, unionid } = identity;
  return { status: 200, body: { status: 'ok', message: 'User associated.', openid, ...(unionid && { unionid }), user_id: userId } };
};

/** @throws login_method_disabled if the app has no entry for the provider */
function requireProvider(app: App, provider: WebProvider): WebLoginClient {
  const client = app.platforms[provider];
  if (!client) throw loginDisabled(provider);
  return client;
}

/** @throws auth_token_invalid, login_method_disabled; as `approve` does */
async function redeem(
  provider: WebProvider,
  { app, tenant }: RequestContext,
  token: string,
  session: Session | undefined,
  approve?: (person: Identity) => Promise<void>,
): Promise<{ identity: Identity; profile: Profile | undefined }> {
  requireProvider(app, provider);
  const { origin } = currentRequest() ?? {};
  const bearer = { client_id: app.client_id, provider, origin, sessionHash: session?.tokenHash };
  const arrived = await redeemToken(tenant, token, bearer, async (person) => approve?.(identityOf(person)));
  return { identity: identityOf(arrived), profile: arrived.profile };
}

const identityOf = ({ identity, platform, platformAppId }: Arrived): Identity => ({ ...identity, platform, platformAppId });

export const webLoginOperations = { createWebLogin, loginOnWeb, silentLoginOnWeb, linkOnWeb };
