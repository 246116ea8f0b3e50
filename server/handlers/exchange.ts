import type { PlatformName } from '../apps.ts';
import { ApiError } from '../errors.ts';
import type { Caller } from '../operations.ts';
import type { PlatformClient, PlatformIdentity, Profile, ProfileGrant } from '../platforms/platform.ts';
import { createUpstream, type Upstream, withBusyRetry } from '../platforms/upstream.ts';

/** One app's line to a platform, for one request. */
interface Line {
  client: PlatformClient;
  upstream: Upstream;
}

/**
 * The app's line to a platform. All that a request asks there goes through one, which gives it so much time.
 *
 * @throws login_method_disabled where the app has no entry for the platform
 */
export function lineTo(platform: PlatformName, caller: Caller): Line {
  const client = caller.app.platforms[platform];
  if (!client) throw new ApiError('login_method_disabled', { message: `Please enable ${platform} login first.` });
  return { client, upstream: createUpstream(platform, client.settings, caller) };
}

/** Exchanges a login code for the person's identity. */
export const exchangeCode = ({ client, upstream }: Line, code: string): Promise<PlatformIdentity> =>
  withBusyRetry(() => client.exchangeCode(code, upstream));

/** Exchanges a login code and opens the profile that came with it, whose unionid counts where the code gave none. */
export async function exchangeGrant(
  platform: PlatformName,
  grant: ProfileGrant & { code: string },
  caller: Caller,
): Promise<{ identity: PlatformIdentity; profile: Profile | undefined }> {
  const line = lineTo(platform, caller);
  const identity = await exchangeCode(line, grant.code);
  const profile = line.client.openProfile(grant, identity);
  const unionid = identity.unionid ?? profile?.unionid;
  return { identity: { ...identity, ...(unionid && { unionid }) }, profile };
}
