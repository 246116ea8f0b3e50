import * as z from 'zod';
import type { Services } from '../services.ts';
import { openIfPossible } from '../vault.ts';

export interface AccessToken {
  token: string;
  /** Seconds. */
  lifetime: number;
}

/** What the platforms answer when they are asked for one. */
export const accessTokenReply = z.object({ access_token: z.string().min(1).max(512), expires_in: z.number().positive() });

type TokenServices = Pick<Services, 'store' | 'vault' | 'now'>;

/** Whose token it is: one app of ours as one app of a platform. */
export interface TokenOwner {
  appId: string;
  platform: string;
  platformAppId: string;
}

/**
 * The app's access token at a platform. All processes share it through the store, where it rests sealed.
 *
 * @param fetchToken asks the platform for a new one, shortly before the held one expires or when it is `refused`
 * @param refused a token that the platform does not take any more; another process may have renewed it already
 */
export async function heldAccessToken(
  services: TokenServices,
  owner: TokenOwner,
  fetchToken: (refused: string | undefined) => Promise<AccessToken>,
  refused?: string,
): Promise<string> {
  const held = await load(services, owner);
  if (held !== undefined && held !== refused) return held;
  const { token, lifetime } = await fetchToken(refused);
  await save(services, owner, token, services.now() + Math.floor(lifetime - Math.min(300, lifetime / 10)));
  return token;
}

async function load({ store, vault, now }: TokenServices, owner: TokenOwner): Promise<string | undefined> {
  const row = await store
    .selectFrom('platform_tokens')
    .select('token')
    .where('app_id', '=', owner.appId)
    .where('platform', '=', owner.platform)
    .where('platform_app_id', '=', owner.platformAppId)
    .where('renew_at', '>', now())
    .executeTakeFirst();
  return row && openIfPossible(vault, row.token, tokenContext(owner));
}

async function save({ store, vault }: TokenServices, owner: TokenOwner, token: string, renew_at: number): Promise<void> {
  const values = { token: vault.seal(token, tokenContext(owner)), renew_at };
  await store
    .insertInto('platform_tokens')
    .values({ app_id: owner.appId, platform: owner.platform, platform_app_id: owner.platformAppId, ...values })
    .onConflict((conflict) => conflict.columns(['app_id', 'platform', 'platform_app_id']).doUpdateSet(values))
    .execute();
}

/** What a sealed token belongs to. */
export const tokenContext = ({ appId, platform, platformAppId }: TokenOwner) => `${appId}/${platform}/${platformAppId}/access token`;
