import type { components } from '../../generated/types.ts';
import { findOrCreateUser } from '../accounts/identities.ts';
import { openSession } from '../accounts/sessions.ts';
import { loadCurrentUser } from '../accounts/users.ts';
import type { PlatformName } from '../apps.ts';
import { ApiError } from '../errors.ts';
import type { Caller } from '../operations.ts';
import type { PlatformIdentity } from '../platforms/platform.ts';
import { createUpstream, withBusyRetry } from '../platforms/upstream.ts';

type SilentLogin = components['schemas']['SilentLoginWechat'];
type PlatformSession = components['schemas']['PlatformSession'];

/** Exchange the code, find or create the user, open a session. */
export const silentLogin =
  (platform: PlatformName) =>
  async ({ body, ...caller }: Caller & { body: SilentLogin }): Promise<{ status: 201; body: PlatformSession }> => {
    const { appId, services } = caller;
    const identity = await exchangeCode(platform, body.code, caller);
    const userId = await findOrCreateUser(services, appId, platform, identity, {
      createUser: body.create_user !== false,
      unionidFirst: body.login_with_unionid === true,
    });
    const user_info = await loadCurrentUser(services.store, appId, userId, platform);
    return { status: 201, body: { ...(await openSession(services, appId, userId, platform)), user_info } };
  };

/** @throws login_method_disabled where the app has no entry for the platform */
function exchangeCode(platform: PlatformName, code: string, { app, services }: Caller): Promise<PlatformIdentity> {
  const client = app.platforms[platform];
  if (!client) throw new ApiError('login_method_disabled', { message: `Please enable ${platform} login first.` });
  const upstream = createUpstream(platform, client.settings, services);
  return withBusyRetry(() => client.exchangeCode(code, upstream));
}
